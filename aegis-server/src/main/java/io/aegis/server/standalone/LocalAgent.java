package io.aegis.server.standalone;

import io.aegis.server.agent.RunningAgent;
import io.aegis.server.config.Config;
import io.aegis.server.config.ControllerKeys;
import java.nio.file.Path;

/** The agent of this machine that a configuration means. Stateless. */
public final class LocalAgent {

  private LocalAgent() {}

  /**
   * Returns the agent, whether or not it runs.
   *
   * @param config its configuration
   * @return for commands to ask
   */
  public static RunningAgent of(Config config) {
    return new RunningAgent(stateDirectory(config));
  }

  static Path stateDirectory(Config config) {
    return config.get(ControllerKeys.DATA_DIRECTORY).resolve("agent");
  }
}
