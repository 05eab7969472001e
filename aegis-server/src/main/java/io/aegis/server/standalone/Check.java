package io.aegis.server.standalone;

import io.aegis.server.config.Config;
import io.aegis.server.config.ConfigPrinter;
import io.aegis.server.config.ProcessKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at a configuration as a process would at its start, and touches nothing. Stateless. */
public final class Check {
  private static final Logger LOG = LoggerFactory.getLogger(Check.class);

  /** A name that any gateway could have: the real one stands in a certificate. */
  private static final String SOME_GATEWAY = "gateway";

  private Check() {}

  /**
   * Makes everything that the process makes of its configuration.
   *
   * @param config the configuration, with everything that the process requires
   * @param kind the process
   * @throws io.aegis.server.config.ConfigException if it cannot be used
   */
  public static void check(Config config, ProcessKind kind) {
    if (kind != ProcessKind.AGENT) {
      ControllerSettings _ = ControllerSettings.from(config);
    }
    if (kind != ProcessKind.CONTROLLER) {
      var _ = AgentSettings.from(config, SOME_GATEWAY);
      var _ = Enforcers.configured(config);
    }
  }

  /** Logs what a process runs with: once, in one line, only what is not a default. */
  static void log(Config config) {
    LOG.info("event=configured {}", ConfigPrinter.changed(config));
  }
}
