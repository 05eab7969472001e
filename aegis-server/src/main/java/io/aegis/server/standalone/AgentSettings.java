package io.aegis.server.standalone;

import io.aegis.server.agent.AgentConfig;
import io.aegis.server.agent.LocalEnvelope;
import io.aegis.server.config.AgentKeys;
import io.aegis.server.config.Config;
import io.aegis.server.config.RecordMaking;
import java.util.Optional;
import java.util.Set;

/** What an agent takes, made from the configuration. Stateless. */
final class AgentSettings {

  private AgentSettings() {}

  /**
   * Makes the record.
   *
   * @param gateway the gateway's name
   * @throws io.aegis.server.config.ConfigException with what the record refuses
   */
  static AgentConfig from(Config config, String gateway) {
    var making = new RecordMaking(config);
    Optional<AgentConfig> agent = making.make("agent", () -> agent(config, gateway));
    making.throwIfRefused();
    return agent.orElseThrow();
  }

  private static AgentConfig agent(Config config, String gateway) {
    return new AgentConfig(
        gateway,
        config.get(AgentKeys.INSTANCE),
        config.get(AgentKeys.INTERFACES),
        config.get(AgentKeys.STATIC_RULES),
        config.get(AgentKeys.MAX_GRANTS),
        config.get(AgentKeys.OPTION),
        new LocalEnvelope(
            Set.copyOf(config.get(AgentKeys.GUARDS)),
            config.get(AgentKeys.NEVER_OPEN_PORTS),
            config.get(AgentKeys.LONGEST_LIFETIME)),
        config.get(AgentKeys.FAIL_MODE),
        LocalAgent.stateDirectory(config),
        config.find(AgentKeys.COMMIT_CONFIRM).orElse(null));
  }
}
