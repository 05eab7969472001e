package io.aegis.server.standalone;

import io.aegis.server.config.Config;
import io.aegis.server.config.ConfigException;
import io.aegis.server.config.ControllerKeys;
import io.aegis.server.pki.Authority;
import io.aegis.server.pki.ControllerPki;
import io.aegis.server.pki.PkiException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** The controller's certificates and keys, where the configuration has them. Stateless. */
final class OpenedPki {

  private OpenedPki() {}

  /**
   * Opens them; at the first start they are made.
   *
   * @throws PkiException if one cannot be read, made or used
   * @throws ConfigException if a configured name is none
   */
  static ControllerPki of(Config config, InstantSource clock) throws PkiException {
    try {
      return ControllerPki.open(directory(config), ControllerNames.of(config), clock);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          List.of(
              config.values().origin(ControllerKeys.NAMES)
                  + ": "
                  + ControllerKeys.NAMES
                  + ": "
                  + e.getMessage()));
    }
  }

  /**
   * Opens only what vouches for agents, and leaves the server's certificate to the controller: made
   * from another configuration or on another network it would have other names.
   *
   * @throws PkiException if one cannot be read or used
   * @throws ConfigException if no controller was started with this data: a CA made now would vouch
   *     to nobody
   */
  static Authority authority(Config config, InstantSource clock) throws PkiException {
    if (!ControllerPki.mayBeIn(directory(config))) {
      throw new ConfigException(
          List.of(
              "%s: %s: there is no data of a controller in %s; start the controller once, or name its"
                      .formatted(
                          config.values().origin(ControllerKeys.DATA_DIRECTORY),
                          ControllerKeys.DATA_DIRECTORY,
                          config.get(ControllerKeys.DATA_DIRECTORY))
                  + " configuration with --config or its data with --data"));
    }
    return Authority.open(directory(config), clock);
  }

  private static Path directory(Config config) {
    return config.get(ControllerKeys.DATA_DIRECTORY).resolve("pki");
  }
}
