package io.aegis.server.standalone;

import io.aegis.api.IpAddress;
import io.aegis.server.config.Config;
import io.aegis.server.config.ControllerKeys;
import io.aegis.server.config.RecordMaking;
import io.aegis.server.controller.ControllerConfig;
import io.aegis.server.identity.IdentityConfig;
import io.aegis.server.store.StoreConfig;
import io.aegis.server.sync.SyncServerConfig;
import io.aegis.server.sync.SyncTiming;
import io.aegis.server.web.WebConfig;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What the features of a controller take, made from the configuration.
 *
 * @param store the database
 * @param identity users and sessions
 * @param controller activations
 * @param sync the way to gateways
 * @param web the HTTPS server
 * @param initialPasswordFile where root's first password goes instead of being printed
 */
record ControllerSettings(
    StoreConfig store,
    IdentityConfig identity,
    ControllerConfig controller,
    SyncServerConfig sync,
    WebConfig web,
    Optional<Path> initialPasswordFile) {

  /** Soft expiries are moved on this many times within their length, so that one may be lost. */
  private static final int EXTENSIONS_PER_SOFT_LIFETIME = 5;

  /**
   * Makes the records.
   *
   * @throws io.aegis.server.config.ConfigException with everything that a record refuses
   */
  static ControllerSettings from(Config config) {
    var making = new RecordMaking(config);
    Optional<StoreConfig> store = making.make("data", () -> store(config));
    Optional<IdentityConfig> identity = making.make("identity", () -> identity(config));
    Optional<ControllerConfig> controller = making.make("controller", () -> controller(config));
    Optional<SyncServerConfig> sync = making.make("sync", () -> sync(config));
    Optional<WebConfig> web = making.make("web", () -> web(config));
    making.throwIfRefused();
    return new ControllerSettings(
        store.orElseThrow(),
        identity.orElseThrow(),
        controller.orElseThrow(),
        sync.orElseThrow(),
        web.orElseThrow(),
        config.find(ControllerKeys.IDENTITY_INITIAL_PASSWORD_FILE));
  }

  private static StoreConfig store(Config config) {
    return new StoreConfig(
        config.get(ControllerKeys.DATA_DIRECTORY),
        config.get(ControllerKeys.DATA_BUSY_TIMEOUT),
        config.get(ControllerKeys.DATA_READERS));
  }

  private static IdentityConfig identity(Config config) {
    return new IdentityConfig(
        config.get(ControllerKeys.IDENTITY_ACCESS_TTL),
        config.get(ControllerKeys.IDENTITY_SESSION_TTL),
        config.get(ControllerKeys.IDENTITY_ARGON2_MEMORY),
        config.get(ControllerKeys.IDENTITY_ARGON2_ITERATIONS),
        config.get(ControllerKeys.IDENTITY_HASHING_THREADS),
        config.get(ControllerKeys.IDENTITY_WAITING_LOGINS));
  }

  private static ControllerConfig controller(Config config) {
    return new ControllerConfig(
        config.get(ControllerKeys.CONTROLLER_PATIENCE),
        config.get(ControllerKeys.SYNC_SOFT_LIFETIME),
        config.get(ControllerKeys.CONTROLLER_ACTIVITY_SLACK),
        config.get(ControllerKeys.CONTROLLER_HOUSEKEEPING),
        config.get(ControllerKeys.CONTROLLER_CHANGE_LOG));
  }

  private static SyncServerConfig sync(Config config) {
    InetSocketAddress listen = config.get(ControllerKeys.SYNC_LISTEN);
    Duration soft = config.get(ControllerKeys.SYNC_SOFT_LIFETIME);
    return new SyncServerConfig(
        listen.getAddress().getHostAddress(),
        listen.getPort(),
        new SyncTiming(
            config.get(ControllerKeys.SYNC_LEASE),
            config.get(ControllerKeys.SYNC_LEASE_EVERY),
            soft,
            config
                .find(ControllerKeys.SYNC_EXTEND_EVERY)
                .orElse(soft.dividedBy(EXTENSIONS_PER_SOFT_LIFETIME)),
            config.get(ControllerKeys.SYNC_SEAL_LIFETIME)),
        config.get(ControllerKeys.SYNC_MAX_PENDING));
  }

  private static WebConfig web(Config config) {
    InetSocketAddress listen = config.get(ControllerKeys.WEB_LISTEN);
    return new WebConfig(
        IpAddress.of(listen.getAddress()),
        listen.getPort(),
        config.get(ControllerKeys.WEB_IDLE_TIMEOUT),
        config.get(ControllerKeys.WEB_MAX_CONNECTIONS));
  }
}
