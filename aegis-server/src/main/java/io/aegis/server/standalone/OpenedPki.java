package io.aegis.server.standalone;

import io.aegis.server.config.Config;
import io.aegis.server.config.ConfigException;
import io.aegis.server.config.ControllerKeys;
import io.aegis.server.pki.ControllerPki;
import io.aegis.server.pki.PkiException;
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
      return ControllerPki.open(
          config.get(ControllerKeys.DATA_DIRECTORY).resolve("pki"),
          ControllerNames.of(config),
          clock);
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
}
