package io.aegis.server.standalone;

import io.aegis.server.config.Config;
import io.aegis.server.config.ConfigException;
import io.aegis.server.config.ControllerKeys;
import io.aegis.server.pki.Authority;
import io.aegis.server.pki.ControllerPki;
import io.aegis.server.pki.PkiException;
import io.aegis.server.store.Database;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The controller's certificates and keys, where the configuration has them. Stateless. */
final class OpenedPki {

  private static final Logger LOG = LoggerFactory.getLogger(OpenedPki.class);

  private OpenedPki() {}

  /**
   * Opens them; at the first start they are made. Made later, agents have to be told.
   *
   * @param database the controller's, open
   * @throws PkiException if one cannot be read, made or used
   * @throws ConfigException if a configured name is none
   */
  static ControllerPki of(Config config, Database database, InstantSource clock)
      throws PkiException {
    boolean isLost = !database.isMadeNow() && !ControllerPki.mayBeIn(directory(config));
    try {
      ControllerPki opened =
          ControllerPki.open(directory(config), ControllerNames.of(config), clock);
      if (isLost) {
        LOG.warn(
            "event=ca-lost directory={} reason=\"there is a database but no CA: a new one was made,"
                + " which no agent trusts that has a bundle of the old one\" remedy=\"stop, put {}"
                + " back from a backup and start; or write new bundles for all agents\"",
            directory(config),
            directory(config));
      }
      return opened;
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
