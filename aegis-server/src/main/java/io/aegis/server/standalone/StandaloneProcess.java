package io.aegis.server.standalone;

import com.google.inject.Injector;
import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.server.agent.AgentCheck;
import io.aegis.server.agent.AgentConfig;
import io.aegis.server.agent.AgentEnvironment;
import io.aegis.server.agent.AgentRuntime;
import io.aegis.server.agent.Controller;
import io.aegis.server.config.Config;
import io.aegis.server.config.ControllerKeys;
import io.aegis.server.lifecycle.Lifecycle;
import io.aegis.server.pki.ControllerPki;
import io.aegis.server.store.Database;
import io.aegis.server.sync.GatewaySync;
import io.aegis.server.sync.LocalListener;
import io.aegis.server.web.WebServer;
import io.grpc.inprocess.InProcessChannelBuilder;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Controller and agent in one process. They speak the same protocol as over the network, through
 * memory.
 */
public final class StandaloneProcess implements ServerProcess {

  private static final Logger LOG = LoggerFactory.getLogger(StandaloneProcess.class);

  /** The name of the one gateway there is. */
  private static final String GATEWAY = "standalone";

  // Several of these may run in one process, in tests.
  private final String address = "standalone-" + UUID.randomUUID();
  private final Config config;
  private final Surroundings surroundings;
  private final EnforcerProvider enforcer;
  private final AgentConfig gateway;
  private final ControllerSettings settings;

  /**
   * Checks the configuration.
   *
   * @param config the configuration, with everything that standalone requires
   * @param surroundings where it runs
   * @throws io.aegis.server.config.ConfigException if it cannot be used
   */
  public StandaloneProcess(Config config, Surroundings surroundings) {
    this(config, Enforcers.configured(config), surroundings);
  }

  /**
   * Checks the configuration, for those who keep the enforcer within reach.
   *
   * @param config the configuration
   * @param enforcer what enforces, whatever the configuration names
   * @param surroundings where it runs
   * @throws io.aegis.server.config.ConfigException if it cannot be used
   */
  public StandaloneProcess(Config config, EnforcerProvider enforcer, Surroundings surroundings) {
    this.config = config;
    this.surroundings = surroundings;
    this.enforcer = enforcer;
    this.gateway = AgentSettings.from(config, GATEWAY);
    this.settings = ControllerSettings.from(config);
  }

  @Override
  public void check() throws Exception {
    AgentCheck.check(gateway, enforcer, List.of(inThisProcess()), environment());
    Ports.requireFree(config, List.of(ControllerKeys.WEB_LISTEN));
  }

  @Override
  public String start(Lifecycle lifecycle) throws Exception {
    check();
    Injector state = ControllerParts.startState(lifecycle, settings, surroundings.clock());
    Check.log(config);
    PortalReach.obstacle(
            config.get(ControllerKeys.WEB_LISTEN), gateway.interfaces(), gateway.staticRules())
        .ifPresent(why -> LOG.warn("event=portal-out-of-reach action=\"{}\"", why));
    ControllerPki pki =
        OpenedPki.of(config, state.getInstance(Database.class), surroundings.clock());
    ControllerParts controller = ControllerParts.of(state, pki);
    startGateway(lifecycle, controller.startSync(lifecycle), pki);
    WebServer web = controller.startWeb(lifecycle);
    controller.makeRoot(settings, surroundings.out());
    return Addresses.https(settings.web(), web.port());
  }

  private void startGateway(Lifecycle lifecycle, GatewaySync sync, ControllerPki pki)
      throws Exception {
    var listener = new LocalListener(sync, GATEWAY, address);
    lifecycle.start("local listener", listener::start, listener::close);
    var agent =
        new AgentRuntime(
            gateway,
            enforcer,
            List.of(inThisProcess()),
            pki.signingKey().verifier(),
            environment());
    lifecycle.start("agent", agent::start, agent::close);
  }

  private AgentEnvironment environment() {
    return AgentEnvironment.ofThisMachine(surroundings.clock(), surroundings.sshConnection());
  }

  private Controller inThisProcess() {
    return new Controller(
        "this process",
        null,
        executor -> InProcessChannelBuilder.forName(address).executor(executor).build());
  }
}
