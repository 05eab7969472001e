package io.aegis.server.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The configuration files of a lab. Stateless. */
final class LabFiles {
  static final int PORTAL_PORT = 8443;
  static final int SYNC_PORT = 8444;

  private LabFiles() {}

  static String controller(Path directory, LabLimits limits) {
    return """
    [data]
    directory = "%1$s/controller"

    # Both families: users log in over the one that their client shall reach a service with.
    [web]
    listen = "[::]:%3$d"

    [sync]
    listen = "%2$s:%4$d"
    soft_lifetime = "%5$ds"

    [identity]
    initial_password_file = "%1$s/root-password"
    """
        .formatted(
            directory, LabNetwork.CONTROLLER, PORTAL_PORT, SYNC_PORT, limits.soft().toSeconds());
  }

  static String agent(Path directory, String instance) {
    return """
    [data]
    directory = "%1$s/agent"

    [agent]
    instance = "%2$s"
    enforcer = "xdp"
    controllers = ["%3$s:%4$d"]
    guards = ["10.77.2.0/24", "fd77:2::/64"]
    certificate = "%1$s/bundle/agent.crt"
    key = "%1$s/bundle/agent.key"
    ca = "%1$s/bundle/ca.crt"
    verification_key = "%1$s/bundle/verification.pub"

    [[agent.interface]]
    name = "%5$s"

    # The portal, and nothing else.
    [[agent.static_rule]]
    direction = "ingress"
    destination = "%3$s"
    protocol = "tcp"
    destination_ports = "%6$d"

    [[agent.static_rule]]
    direction = "ingress"
    destination = "%7$s"
    protocol = "tcp"
    destination_ports = "%6$d"
    """
        .formatted(
            directory,
            instance,
            LabNetwork.CONTROLLER,
            SYNC_PORT,
            LabNetwork.OUTSIDE,
            PORTAL_PORT,
            LabNetwork.CONTROLLER_V6);
  }

  static String initialPassword(Path directory) {
    try {
      return Files.readString(directory.resolve("root-password")).strip();
    } catch (IOException e) {
      throw new LabException("the controller left no password for root: " + e.getMessage(), e);
    }
  }
}
