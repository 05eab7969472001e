package io.aegis.server.standalone;

import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.server.agent.AgentCheck;
import io.aegis.server.agent.AgentConfig;
import io.aegis.server.agent.AgentEnvironment;
import io.aegis.server.agent.AgentRuntime;
import io.aegis.server.agent.TlsControllers;
import io.aegis.server.config.AgentKeys;
import io.aegis.server.config.Config;
import io.aegis.server.lifecycle.Lifecycle;
import io.aegis.server.pki.AgentCredentials;
import io.aegis.server.pki.PkiException;
import javax.net.ssl.SSLException;

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
  public void check() throws Exception {
    try (TlsControllers controllers = dialed()) {
      AgentCheck.check(gateway, enforcer, controllers.controllers(), environment());
    }
  }

  // The agent itself checks, before it makes or changes anything.
  @Override
  public String start(Lifecycle lifecycle) throws Exception {
    TlsControllers controllers = dialed();
    lifecycle.start("connections", () -> {}, controllers::close);
    var agent =
        new AgentRuntime(
            gateway, enforcer, controllers.controllers(), credentials.verifier(), environment());
    lifecycle.start("agent", agent::start, agent::close);
    Check.log(config);
    return "gateway %s protects %s with %s"
        .formatted(gateway.name(), gateway.protectedInterfaces(), enforcer.name());
  }

  private TlsControllers dialed() throws SSLException {
    return new TlsControllers(config.get(AgentKeys.CONTROLLERS), credentials.identity());
  }

  private AgentEnvironment environment() {
    return AgentEnvironment.ofThisMachine(surroundings.clock(), surroundings.sshConnection());
  }
}
