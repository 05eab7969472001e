package io.aegis.server.config;

import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.StaticRule;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.server.agent.FailMode;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The keys of an agent. */
public final class AgentKeys {
  private static final Set<ProcessKind> AGENT = EnumSet.of(ProcessKind.AGENT);
  private static final Set<ProcessKind> ANY_GATEWAY =
      EnumSet.of(ProcessKind.AGENT, ProcessKind.STANDALONE);

  /** Which backend enforces. */
  public static final Key<String> ENFORCER =
      Key.of(
          "agent.enforcer",
          Types.matching("name", "[a-z0-9][a-z0-9-]*", "lower-case letters, digits and dashes"),
          "xdp",
          "Which enforcer: `xdp` in the kernel, or `memory`, which filters nothing real and is for"
              + " trying things out.");

  /** Names the enforcement state on this machine. */
  public static final Key<String> INSTANCE =
      Key.of(
          "agent.instance",
          Types.matching(
              "name", "[a-z0-9][a-z0-9-]{0,31}", "1 to 32 lower-case letters, digits and dashes"),
          "default",
          "Names the enforcement state on this machine, so that a restart takes it over.");

  /** How many grants can be in force at once. */
  public static final Key<Integer> MAX_GRANTS =
      Key.of(
          "agent.max_grants",
          Types.integer(1, EnforcerSettings.MOST_GRANTS),
          65_536,
          "How many grants can be in force at once.");

  /** Settings of one backend alone. */
  public static final Key<Map<String, String>> OPTION =
      Key.of("agent.option", new MapType(), Map.of(), "Settings of the enforcer alone, by name.");

  /** What the gateway guards. */
  public static final Key<List<Prefix>> GUARDS =
      Key.of(
          "agent.guards",
          Types.listOf(Types.PREFIX),
          List.of(Prefix.ALL_IPV4, Prefix.ALL_IPV6),
          "Destinations that lie behind this gateway. The controller sends it the grants that lead"
              + " there.");

  /** What is never opened. */
  public static final Key<List<PortRange>> NEVER_OPEN_PORTS =
      Key.of(
          "agent.never_open_ports",
          Types.listOf(Types.PORTS),
          List.of(),
          "TCP and UDP ports that no controller can have opened here.");

  /** The longest life of a grant. */
  public static final Key<Duration> LONGEST_LIFETIME =
      Key.of(
          "agent.longest_lifetime",
          Types.DURATION,
          Duration.ofDays(7),
          "The longest time for which a controller can have anything opened here.");

  /** What happens without a controller. */
  public static final Key<FailMode> FAIL_MODE =
      Key.of(
          "agent.fail_mode",
          Types.oneOf(FailMode.class),
          FailMode.STATIC_BOUNDED,
          "While no controller can be reached: `closed` lets grants end at their soft expiry,"
              + " `static-bounded` extends them up to 15m after the last contact, `static` up to"
              + " their hard expiry.");

  /** How long an operator has to confirm. */
  public static final Key<Duration> COMMIT_CONFIRM =
      Key.optional(
          "agent.commit_confirm",
          Types.DURATION,
          "How long a new protection lasts, 1s to 1d, unless `aegis agent confirm` is run meanwhile:"
              + " until then it ends with the agent, and then by itself. For gateways that are far"
              + " away. If not set, it lasts from the start on."
              + " What an earlier agent has left in force counts as confirmed.");

  /** Where controllers are. */
  public static final Key<List<InetSocketAddress>> CONTROLLERS =
      Key.required(
          "agent.controllers",
          Types.listOf(Types.ENDPOINT),
          AGENT,
          "Where the controllers' `sync.listen` is reached; tried one after the other.");

  /** The agent's certificate. */
  public static final Key<Path> CERTIFICATE =
      Key.required(
          "agent.certificate",
          Types.PATH,
          AGENT,
          "The agent's certificate (PEM), from `aegis controller agent-bundle`; its name is the"
              + " gateway's.");

  /** The key of the agent's certificate. */
  public static final Key<SecretFile> KEY =
      Key.required(
          "agent.key",
          Types.SECRET_FILE,
          AGENT,
          "The private key of the certificate (PEM), mode 0600.");

  /** Who vouches for controllers. */
  public static final Key<Path> CA =
      Key.required(
          "agent.ca", Types.PATH, AGENT, "The certificate that vouches for controllers (PEM).");

  /** With what grants are verified. */
  public static final Key<Path> VERIFICATION_KEY =
      Key.required(
          "agent.verification_key",
          Types.PATH,
          AGENT,
          "The public key with which signed grants are verified (PEM).");

  /** What is protected. */
  public static final Key<List<InterfaceSettings>> INTERFACES =
      Key.required(
          "agent.interface",
          GatewayTables.INTERFACE,
          ANY_GATEWAY,
          "The protected (outside) interfaces; `--interface NAME` for one that enforces.");

  /** The gateway's own rules. */
  public static final Key<List<StaticRule>> STATIC_RULES =
      Key.of(
          "agent.static_rule",
          GatewayTables.STATIC_RULE,
          List.of(),
          "The gateway's own rules, in force from the start, never changed by a controller: what"
              + " keeps the gateway itself reachable.");

  static final List<Key<?>> ALL =
      List.of(
          ENFORCER,
          INSTANCE,
          MAX_GRANTS,
          GUARDS,
          NEVER_OPEN_PORTS,
          LONGEST_LIFETIME,
          FAIL_MODE,
          COMMIT_CONFIRM,
          CONTROLLERS,
          CERTIFICATE,
          KEY,
          CA,
          VERIFICATION_KEY,
          OPTION,
          INTERFACES,
          STATIC_RULES);

  private AgentKeys() {}
}
