package io.aegis.server.standalone;

import io.aegis.api.IpAddress;
import io.aegis.server.config.Config;
import io.aegis.server.config.ControllerKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** By which names and addresses a controller is reached. Stateless. */
final class ControllerNames {

  /** Read here rather than asked for: asking may wait for a name server. */
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

  private ControllerNames() {}

  /** The configured names, or what can be told from the addresses it listens at. */
  static Set<String> of(Config config) {
    return config
        .find(ControllerKeys.NAMES)
        .<Set<String>>map(TreeSet::new)
        .orElseGet(() -> guessed(config));
  }

  private static Set<String> guessed(Config config) {
    var names = new TreeSet<>(Set.of("localhost", "127.0.0.1", "::1"));
    hostName().ifPresent(names::add);
    addAddresses(names, config.get(ControllerKeys.WEB_LISTEN).getAddress());
    addAddresses(names, config.get(ControllerKeys.SYNC_LISTEN).getAddress());
    return names;
  }

  private static void addAddresses(Set<String> names, InetAddress listened) {
    if (!listened.isAnyLocalAddress()) {
      names.add(IpAddress.of(listened).toString());
      return;
    }
    try {
      NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> !address.isLinkLocalAddress())
          .forEach(address -> names.add(IpAddress.of(address).toString()));
    } catch (IOException e) {
      // Without them the certificate has fewer names; clients that need one more say so.
      return;
    }
  }

  private static Optional<String> hostName() {
    try {
      return Optional.of(Files.readString(HOST_NAME).strip())
          .filter(name -> name.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
