package io.aegis.server.standalone;

import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.server.agent.AgentConfig;
import io.aegis.server.agent.AgentEnvironment;
import io.aegis.server.agent.AgentRuntime;
import io.aegis.server.agent.TlsControllers;
import io.aegis.server.config.AgentKeys;
import io.aegis.server.config.Config;
import io.aegis.server.lifecycle.Lifecycle;
import io.aegis.server.pki.AgentCredentials;
import io.aegis.server.pki.PkiException;
import java.util.stream.Collectors;

/** An agent alone: it loads nothing of web, database and the controller, so that it stays small. */
public final class AgentProcess implements ServerProcess {
  private final Config config;
  private final Surroundings surroundings;
  private final EnforcerProvider enforcer;
  private final AgentCredentials credentials;
  private final AgentConfig gateway;

  /**
   * Checks the configuration, certificates included.
   *
   * @param config the configuration, with everything that an agent requires
   * @param surroundings where it runs
   * @throws io.aegis.server.config.ConfigException if it cannot be used
   * @throws PkiException if a certificate or key cannot be used
   */
  public AgentProcess(Config config, Surroundings surroundings) throws PkiException {
    this.config = config;
    this.surroundings = surroundings;
    this.enforcer = Enforcers.configured(config);
    this.credentials =
        AgentCredentials.load(
            new AgentCredentials.Files(
                config.get(AgentKeys.CERTIFICATE),
                config.get(AgentKeys.KEY).path(),
                config.get(AgentKeys.CA),
                config.get(AgentKeys.VERIFICATION_KEY)),
            surroundings.clock());
    this.gateway = AgentSettings.from(config, credentials.name());
  }

  @Override
  public String start(Lifecycle lifecycle) throws Exception {
    var controllers = new TlsControllers(config.get(AgentKeys.CONTROLLERS), credentials.identity());
    lifecycle.start("connections", () -> {}, controllers::close);
    var agent =
        new AgentRuntime(
            gateway,
            enforcer,
            controllers.controllers(),
            credentials.verifier(),
            AgentEnvironment.ofThisMachine(surroundings.clock(), surroundings.sshConnection()));
    lifecycle.start("agent", agent::start, agent::close);
    Check.log(config);
    String interfaces =
        gateway.interfaces().stream()
            .map(InterfaceSettings::name)
            .collect(Collectors.joining(", "));
    return "gateway %s protects %s with %s".formatted(gateway.name(), interfaces, enforcer.name());
  }
}
