package io.aegis.server.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The keys of a controller. */
public final class ControllerKeys {

  /** Where the database and the keys of the development CA are. */
  public static final Key<Path> DATA_DIRECTORY =
      Key.of(
          "data.directory",
          Types.PATH,
          Path.of("/var/lib/aegis"),
          "Directory of the database, of the keys that are made at the first start, and (below"
              + " `agent`) of what an agent remembers. Made with mode 0700 if it is not there.");

  /** How the controller is called. */
  public static final Key<List<String>> NAMES =
      Key.optional(
          "controller.names",
          Types.listOf(Types.STRING),
          "Host names and addresses by which browsers and agents reach this controller, for its"
              + " certificate. If not set: this machine's name, `localhost`, and the addresses that"
              + " it listens at.");

  /** How long to wait for another program's lock on the database. */
  public static final Key<Duration> DATA_BUSY_TIMEOUT =
      Key.of(
          "data.busy_timeout",
          Types.DURATION,
          Duration.ofSeconds(5),
          "How long to wait for a lock that another program, such as a backup, holds on the"
              + " database, 1ms to 1m.");

  /** Reads at one time. */
  public static final Key<Integer> DATA_READERS =
      Key.of("data.readers", Types.integer(1, 64), 4, "How many reads may run at one time.");

  /** Where pages and REST are served. */
  public static final Key<InetSocketAddress> WEB_LISTEN =
      Key.of(
          "web.listen",
          Types.LISTEN,
          AddressText.parseListen("127.0.0.1:8443"),
          "Where pages and REST are served; `0.0.0.0` or `[::]` for every address of this machine,"
              + " port 0 for a free one.");

  /** How long a connection may say nothing. */
  public static final Key<Duration> WEB_IDLE_TIMEOUT =
      Key.of(
          "web.idle_timeout",
          Types.DURATION,
          Duration.ofSeconds(30),
          "How long a connection may say nothing, 1s to 10m.");

  /** Connections at one time. */
  public static final Key<Integer> WEB_MAX_CONNECTIONS =
      Key.of(
          "web.max_connections",
          Types.integer(1, 100_000),
          1_000,
          "Connections at one time; further ones wait.");

  /** Where agents dial. */
  public static final Key<InetSocketAddress> SYNC_LISTEN =
      Key.of(
          "sync.listen",
          Types.LISTEN,
          AddressText.parseListen("127.0.0.1:8444"),
          "Where agents dial; written as `web.listen`.");

  /** How long a renewed lease lasts. */
  public static final Key<Duration> SYNC_LEASE =
      Key.of(
          "sync.lease",
          Types.DURATION,
          Duration.ofSeconds(30),
          "How long a lease lasts: services that demand one close when an agent has heard nothing"
              + " for so long.");

  /** How often leases are renewed. */
  public static final Key<Duration> SYNC_LEASE_EVERY =
      Key.of(
          "sync.lease_every",
          Types.DURATION,
          Duration.ofSeconds(5),
          "How often leases are renewed; at most half of `lease`.");

  /** How far ahead soft expiries are set. */
  public static final Key<Duration> SYNC_SOFT_LIFETIME =
      Key.of(
          "sync.soft_lifetime",
          Types.DURATION,
          Duration.ofMinutes(5),
          "How long a lost revocation can live at most: the soft expiry of every grant, moved on"
              + " while the grant is wanted. At most 5m.");

  /** How often soft expiries are extended. */
  public static final Key<Duration> SYNC_EXTEND_EVERY =
      Key.optional(
          "sync.extend_every",
          Types.DURATION,
          "How often soft expiries are moved on; at most half of `soft_lifetime`. A fifth of it if"
              + " not set.");

  /** How long sealed bytes can be used. */
  public static final Key<Duration> SYNC_SEAL_LIFETIME =
      Key.of(
          "sync.seal_lifetime",
          Types.DURATION,
          Duration.ofMinutes(5),
          "How long a signed grant can be delivered after it was signed.");

  /** Changes kept for a slow agent. */
  public static final Key<Integer> SYNC_MAX_PENDING =
      Key.of(
          "sync.max_pending",
          Types.integer(1, 10_000_000),
          20_000,
          "How many changes are kept for a slow agent before it gets everything anew.");

  /** How long an access token is good. */
  public static final Key<Duration> IDENTITY_ACCESS_TTL =
      Key.of(
          "identity.access_ttl",
          Types.DURATION,
          Duration.ofMinutes(15),
          "How long an access token is good, 10s to 1h.");

  /** How long a login lasts. */
  public static final Key<Duration> IDENTITY_SESSION_TTL =
      Key.of(
          "identity.session_ttl",
          Types.DURATION,
          Duration.ofHours(12),
          "How long a login lasts at most, `access_ttl` to 30d.");

  /** Memory of a password check. */
  public static final Key<Integer> IDENTITY_ARGON2_MEMORY =
      Key.of(
          "identity.argon2_memory_kib",
          Types.integer(8, 1_048_576),
          19 * 1024,
          "Memory of one password check (Argon2id), in KiB.");

  /** Rounds of a password check. */
  public static final Key<Integer> IDENTITY_ARGON2_ITERATIONS =
      Key.of(
          "identity.argon2_iterations",
          Types.integer(1, 100),
          2,
          "How often a password check goes over that memory.");

  /** Password checks at one time. */
  public static final Key<Integer> IDENTITY_HASHING_THREADS =
      Key.of(
          "identity.hashing_threads",
          Types.integer(1, 64),
          1,
          "How many passwords are checked at one time; each takes a processor.");

  /** Logins that may wait. */
  public static final Key<Integer> IDENTITY_WAITING_LOGINS =
      Key.of(
          "identity.waiting_logins",
          Types.integer(1, 10_000),
          64,
          "How many more logins may wait for that; beyond, they are refused.");

  /** Where the first password of root is written. */
  public static final Key<Path> IDENTITY_INITIAL_PASSWORD_FILE =
      Key.optional(
          "identity.initial_password_file",
          Types.PATH,
          "Where the first start writes the initial password of `root`, with mode 0600, instead of"
              + " printing it once. Others must not be able to write its directory.");

  /** How long a request waits for gateways. */
  public static final Key<Duration> CONTROLLER_PATIENCE =
      Key.of(
          "controller.patience",
          Types.DURATION,
          Duration.ofSeconds(3),
          "How long a request waits for the gateways that are connected, 100ms to 1m.");

  /** How late reports of activity may be. */
  public static final Key<Duration> CONTROLLER_ACTIVITY_SLACK =
      Key.of(
          "controller.activity_slack",
          Types.DURATION,
          Duration.ofSeconds(10),
          "How much later than in the kernel an idle activation may end in the controller's books,"
              + " up to 5m.");

  /** How often it is looked for what is over. */
  public static final Key<Duration> CONTROLLER_HOUSEKEEPING =
      Key.of(
          "controller.housekeeping_interval",
          Types.DURATION,
          Duration.ofSeconds(1),
          "How often it is looked for what time has ended, 100ms to 1m.");

  /** How many revisions are kept. */
  public static final Key<Integer> CONTROLLER_CHANGE_LOG =
      Key.of(
          "controller.change_log_length",
          Types.integer(1_000, 10_000_000),
          100_000,
          "How many revisions are kept for gateways that were away; one that was away for longer"
              + " gets everything anew.");

  static final List<Key<?>> ALL =
      List.of(
          DATA_DIRECTORY,
          DATA_BUSY_TIMEOUT,
          DATA_READERS,
          WEB_LISTEN,
          WEB_IDLE_TIMEOUT,
          WEB_MAX_CONNECTIONS,
          SYNC_LISTEN,
          SYNC_LEASE,
          SYNC_LEASE_EVERY,
          SYNC_SOFT_LIFETIME,
          SYNC_EXTEND_EVERY,
          SYNC_SEAL_LIFETIME,
          SYNC_MAX_PENDING,
          IDENTITY_ACCESS_TTL,
          IDENTITY_SESSION_TTL,
          IDENTITY_ARGON2_MEMORY,
          IDENTITY_ARGON2_ITERATIONS,
          IDENTITY_HASHING_THREADS,
          IDENTITY_WAITING_LOGINS,
          IDENTITY_INITIAL_PASSWORD_FILE,
          NAMES,
          CONTROLLER_PATIENCE,
          CONTROLLER_ACTIVITY_SLACK,
          CONTROLLER_HOUSEKEEPING,
          CONTROLLER_CHANGE_LOG);

  private ControllerKeys() {}
}
