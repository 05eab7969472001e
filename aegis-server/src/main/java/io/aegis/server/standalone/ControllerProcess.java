package io.aegis.server.standalone;

import com.google.inject.Injector;
import io.aegis.api.IpAddress;
import io.aegis.server.config.Config;
import io.aegis.server.config.ControllerKeys;
import io.aegis.server.lifecycle.Lifecycle;
import io.aegis.server.pki.ControllerPki;
import io.aegis.server.store.Database;
import io.aegis.server.sync.GatewaySync;
import io.aegis.server.sync.TlsListener;
import io.aegis.server.web.WebServer;
import java.util.List;

/** A controller, dialed by agents over TLS. */
public final class ControllerProcess implements ServerProcess {
  private final Config config;
  private final Surroundings surroundings;
  private final ControllerSettings settings;

  /**
   * Checks the configuration.
   *
   * @param config the configuration, with everything that a controller requires
   * @param surroundings where it runs
   * @throws io.aegis.server.config.ConfigException if it cannot be used
   */
  public ControllerProcess(Config config, Surroundings surroundings) {
    this.config = config;
    this.surroundings = surroundings;
    this.settings = ControllerSettings.from(config);
  }

  @Override
  public void check() throws Exception {
    Ports.requireFree(config, List.of(ControllerKeys.SYNC_LISTEN, ControllerKeys.WEB_LISTEN));
  }

  @Override
  public String start(Lifecycle lifecycle) throws Exception {
    check();
    Injector state = ControllerParts.startState(lifecycle, settings, surroundings.clock());
    Check.log(config);
    ControllerPki pki =
        OpenedPki.of(config, state.getInstance(Database.class), surroundings.clock());
    ControllerParts controller = ControllerParts.of(state, pki);
    GatewaySync sync = controller.startSync(lifecycle);
    var listener = new TlsListener(sync, settings.sync(), pki.server());
    lifecycle.start("listener for agents", listener::start, listener::close);
    WebServer web = controller.startWeb(lifecycle);
    controller.makeRoot(settings, surroundings.out());
    IpAddress listened = IpAddress.of(config.get(ControllerKeys.SYNC_LISTEN).getAddress());
    return Addresses.https(settings.web(), web.port())
        + " agents: "
        + Addresses.hostPort(listened, listener.port());
  }
}
