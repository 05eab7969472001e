package io.aegis.server.standalone;

import io.aegis.server.config.Config;
import io.aegis.server.config.ConfigException;
import io.aegis.server.config.ControllerKeys;
import io.aegis.server.pki.AgentBundle;
import io.aegis.server.pki.AgentNames;
import io.aegis.server.pki.PkiException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** Writes what an agent on another machine needs. Stateless. */
public final class AgentBundles {

  private AgentBundles() {}

  /**
   * Writes a bundle. A controller may be running meanwhile.
   *
   * @param config the controller's configuration
   * @param name the gateway's name
   * @param directory where to; absent or empty
   * @param controllers where agents reach controllers; if empty, where this one listens
   * @param clock now
   * @return the files that were written
   * @throws ConfigException if the name is none, where to dial cannot be told, or no controller was
   *     started with this data
   * @throws PkiException if a key or certificate cannot be used, or the directory not be written
   */
  public static List<Path> write(
      Config config,
      String name,
      Path directory,
      List<InetSocketAddress> controllers,
      InstantSource clock)
      throws PkiException {
    try {
      String _ = AgentNames.require(name);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(List.of(String.valueOf(e.getMessage())));
    }
    List<InetSocketAddress> dialed =
        controllers.isEmpty() ? List.of(listened(config)) : controllers;
    return AgentBundle.write(OpenedPki.authority(config, clock), name, directory, dialed, clock);
  }

  private static InetSocketAddress listened(Config config) {
    InetSocketAddress listen = config.get(ControllerKeys.SYNC_LISTEN);
    if (listen.getAddress().isAnyLocalAddress() || listen.getPort() == 0) {
      throw new ConfigException(
          List.of(
              "sync.listen is every address or any port, which agents cannot dial: say where they"
                  + " reach this controller with --controller HOST:PORT"));
    }
    return listen;
  }
}
