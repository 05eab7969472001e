package io.aegis.server.demo;

import io.aegis.api.IpAddress;
import io.aegis.server.config.Config;
import io.aegis.server.config.ConfigLoader;
import io.aegis.server.config.ProcessKind;
import io.aegis.server.config.Setting;
import io.aegis.server.lab.Portal;
import io.aegis.server.lifecycle.Lifecycle;
import io.aegis.server.standalone.StandaloneProcess;
import io.aegis.server.standalone.Surroundings;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A stock server in this process, with its data in a directory of its own. For one thread. */
final class SimulatedServer {
  private final Path directory;
  private final SimulatedGateway gateway;
  private final InstantSource clock;
  private @Nullable Lifecycle running;
  private @Nullable URI address;

  SimulatedServer(Path directory, SimulatedGateway gateway, InstantSource clock) {
    this.directory = directory;
    this.gateway = gateway;
    this.clock = clock;
  }

  /** Starts it, for the first time or again. */
  void start() throws Exception {
    Config config =
        ConfigLoader.load(
            new ConfigLoader.Sources(
                Optional.empty(),
                Map.of(),
                List.of(
                    setting("data.directory", directory.resolve("data").toString()),
                    setting("identity.initial_password_file", passwordFile().toString()),
                    setting("web.listen", "127.0.0.1:0"),
                    setting("agent.enforcer", gateway.name()),
                    Setting.ofInterfaces(List.of(SimulatedGateway.INTERFACE), "demo"))),
            Optional.of(ProcessKind.STANDALONE));
    var quiet = new PrintStream(java.io.OutputStream.nullOutputStream());
    var server = new StandaloneProcess(config, gateway, new Surroundings(clock, Map.of(), quiet));
    var starting = new Lifecycle();
    try {
      address = URI.create(server.start(starting));
    } catch (Exception e) {
      starting.close();
      throw e;
    }
    running = starting;
  }

  private static Setting setting(String key, String value) {
    return new Setting(key, value, "demo");
  }

  private Path passwordFile() {
    return directory.resolve("root-password");
  }

  /** Returns where it answers. */
  URI address() {
    if (address == null) {
      throw new IllegalStateException("the server is not started");
    }
    return address;
  }

  /** Opens the portal as somebody at {@code source}. */
  Portal portal(IpAddress source) {
    return Portal.local(address(), directory.resolve("data/pki/ca.crt"), source);
  }

  String initialPassword() {
    try {
      return Files.readString(passwordFile()).strip();
    } catch (IOException e) {
      throw new IllegalStateException("the server left no password for root", e);
    }
  }

  /** Stops it, if it runs. */
  void stop() {
    if (running != null) {
      running.close();
      running = null;
    }
  }

  /** Deletes its directory and says which it was. */
  Path delete() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
    return directory;
  }
}
