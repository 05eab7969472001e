package io.aegis.server.cli;

import io.aegis.server.lab.Lab;
import io.aegis.server.lab.LabLimits;
import io.aegis.server.lab.Portal;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code aegis lab up}. */
@Command(
    name = "up",
    header = "Make a lab and start its services, controller and agent.",
    description = {
      "Network namespaces client, client2, switch, gateway and zone, joined by veth pairs, with an",
      "HTTP service, a TCP echo and the controller in the zone, and the agent with the XDP",
      "enforcer on the gateway. The services web, web6 and echo are in the catalog. Everything",
      "goes on until 'aegis lab down'."
    })
final class LabUpCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private LabOptions options = new LabOptions();

  LabUpCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Lab lab = options.lab();
    lab.up(LabLimits.ORDINARY);
    try (Portal portal =
        Portal.from(lab.network().namespace("zone"), lab.portalAddress(), lab.authority())) {
      portal
          .send(
              "POST",
              "/api/auth/login",
              Map.of("username", "root", "password", lab.initialPassword()))
          .orThrow("logging in as root");
      Lab.addServices(portal, LabLimits.ORDINARY);
    }
    terminal.out().print(lab.guide());
    return ExitCode.DONE;
  }
}
