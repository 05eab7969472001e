package io.aegis.server.standalone;

import io.aegis.server.config.AgentKeys;
import io.aegis.server.config.Config;
import io.aegis.server.config.ConfigException;
import io.aegis.server.config.ConfigPrinter;
import io.aegis.server.config.ProcessKind;
import java.util.ArrayList;
import java.util.List;
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

  /**
   * Makes everything that some process could make of a configuration: a controller always, since
   * its keys have defaults, an agent where an interface is named.
   *
   * @param config the configuration; nothing is required of it
   * @throws ConfigException with everything that cannot be used
   */
  public static void checkAll(Config config) {
    var lines = new ArrayList<String>();
    addTo(lines, () -> check(config, ProcessKind.CONTROLLER));
    if (config.find(AgentKeys.INTERFACES).isPresent()) {
      addTo(lines, () -> check(config, ProcessKind.AGENT));
    }
    if (!lines.isEmpty()) {
      throw new ConfigException(lines);
    }
  }

  private static void addTo(List<String> lines, Runnable check) {
    try {
      check.run();
    } catch (ConfigException e) {
      lines.addAll(e.lines());
    }
  }

  /** Logs what a process runs with: once, in one line, only what is not a default. */
  static void log(Config config) {
    LOG.info("event=configured {}", ConfigPrinter.changed(config));
  }
}
