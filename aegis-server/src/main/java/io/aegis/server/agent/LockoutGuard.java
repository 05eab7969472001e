package io.aegis.server.agent;

import io.aegis.api.EnforcementMode;
import io.aegis.api.IpAddress;
import io.aegis.api.Prefix;
import io.aegis.api.StaticRule;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.InterfaceSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an operator from locking himself out: before an interface is protected, the packets of the
 * way to the controllers and of the running ssh session must be covered by a static rule where they
 * come in by it. Interfaces in audit mode drop nothing and are not looked at.
 *
 * <p>What leaves counts as well: an ingress rule lets its answers out, but what this machine opens
 * itself needs a rule that is {@code established}, or one of the egress direction.
 *
 * <p>Its limits: it sees what {@link Routes} sees; a controller whose name cannot be looked up now,
 * or everything if the kernel cannot be asked, is not checked, since refusing to protect for its
 * sake would be worse. It says so then.
 */
final class LockoutGuard {

  private static final Logger LOG = LoggerFactory.getLogger(LockoutGuard.class);

  // Whatever the kernel may choose as the port of our own end (RFC 6335, section 6).
  private static final int FIRST_EPHEMERAL_PORT = 1024;
  private static final int LAST_PORT = 65_535;

  private final Routes routes;

  LockoutGuard(Routes routes) {
    this.routes = routes;
  }

  /**
   * A connection that must live on, seen from its incoming packets; where the peer opens it, it
   * must be possible to open it again.
   */
  private record Needed(
      String what, Routes.Peer peer, int peerPort, int firstPort, int lastPort, boolean peerOpens) {

    boolean isCoveredBy(StaticRule rule, IpAddress local) {
      return matches(rule, local, firstPort, false)
          && matches(rule, local, lastPort, false)
          && (!peerOpens || matches(rule, local, firstPort, true));
    }

    /** Whether what this machine sends first gets out, where it is the one that opens. */
    boolean getsOutBy(StaticRule rule, IpAddress local) {
      return peerOpens
          || (rule.established() && isCoveredBy(rule, local))
          || (leaves(rule, local, firstPort) && leaves(rule, local, lastPort));
    }

    private boolean leaves(StaticRule rule, IpAddress local, int localPort) {
      return rule.matches(
          StaticRule.Direction.EGRESS,
          local,
          localPort,
          peer.address(),
          peerPort,
          StaticRule.TCP,
          true);
    }

    private boolean matches(StaticRule rule, IpAddress local, int localPort, boolean bareSyn) {
      return rule.matches(
          StaticRule.Direction.INGRESS,
          peer.address(),
          peerPort,
          local,
          localPort,
          StaticRule.TCP,
          bareSyn);
    }
  }

  /**
   * Refuses settings that would cut the operator off.
   *
   * @param config what shall be protected
   * @param controllers what the agent will dial
   * @param sshConnection the value of {@code SSH_CONNECTION}; null outside an ssh session
   * @throws EnforcerException of kind {@code BAD_SETTINGS}; below its first line, the message has
   *     the rules to add, as they go to the end of a configuration file
   */
  void check(AgentConfig config, List<Controller> controllers, @Nullable String sshConnection) {
    Set<String> enforced =
        config.interfaces().stream()
            .filter(each -> each.mode() == EnforcementMode.ENFORCE)
            .map(InterfaceSettings::name)
            .collect(Collectors.toSet());
    var cut = new ArrayList<String>();
    for (Controller controller : controllers) {
      controller
          .networkAddress()
          .ifPresent(address -> addController(cut, config, enforced, address));
    }
    ssh(sshConnection).ifPresent(needed -> addIfCut(cut, config, enforced, needed));
    if (!cut.isEmpty()) {
      throw new EnforcerException(
          EnforcerException.Kind.BAD_SETTINGS,
          "protecting "
              + String.join(", ", enforced)
              + " would cut this machine off; begin with mode = \"audit\", or add to the end of the"
              + " configuration file:"
              + String.join("", cut));
    }
  }

  private void addController(
      List<String> cut, AgentConfig config, Set<String> enforced, InetSocketAddress controller) {
    for (Routes.Peer peer : peers(controller)) {
      addIfCut(
          cut,
          config,
          enforced,
          new Needed(
              "the way to the controller",
              peer,
              controller.getPort(),
              FIRST_EPHEMERAL_PORT,
              LAST_PORT,
              false));
    }
  }

  private static List<Routes.Peer> peers(InetSocketAddress controller) {
    try {
      return Arrays.stream(InetAddress.getAllByName(controller.getHostString()))
          .map(address -> new Routes.Peer(IpAddress.of(address), null, null))
          .toList();
    } catch (UnknownHostException e) {
      LOG.warn(
          "event=lockout-unchecked controller={} reason=\"its name cannot be looked up now\"",
          controller.getHostString());
      return List.of();
    }
  }

  private static Optional<Needed> ssh(@Nullable String connection) {
    if (connection == null) {
      return Optional.empty();
    }
    String[] parts = connection.strip().split(" ", -1);
    try {
      int port = Integer.parseInt(parts[3]);
      String[] peer = parts[0].split("%", 2);
      var local = IpAddress.parse(parts[2].split("%", 2)[0]);
      String zone = peer.length < 2 ? null : peer[1];
      return Optional.of(
          new Needed(
              "this ssh session",
              new Routes.Peer(IpAddress.parse(peer[0]), zone, local),
              Integer.parseInt(parts[1]),
              port,
              port,
              true));
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      LOG.warn("event=lockout-unchecked reason=\"SSH_CONNECTION is not what sshd writes\"");
      return Optional.empty();
    }
  }

  private void addIfCut(List<String> cut, AgentConfig config, Set<String> enforced, Needed needed) {
    Optional<Routes.Route> route = route(needed);
    if (route.isEmpty()) {
      return;
    }
    Set<String> crossed = new TreeSet<>(route.get().carriers());
    crossed.retainAll(enforced);
    IpAddress local = route.get().local();
    List<StaticRule> rules = config.staticRules();
    boolean isCovered =
        rules.stream().anyMatch(rule -> needed.isCoveredBy(rule, local))
            && rules.stream().anyMatch(rule -> needed.getsOutBy(rule, local));
    if (!crossed.isEmpty() && !isCovered) {
      cut.add(
          """


          # %s, which comes in by %s
          [[agent.static_rule]]
          %s\
          """
              .formatted(
                  needed.what(), by(crossed, route.get().interfaceName()), rule(needed, local)));
    }
  }

  private Optional<Routes.Route> route(Needed needed) {
    try {
      return routes.to(needed.peer());
    } catch (IOException e) {
      LOG.warn("event=lockout-unchecked what=\"{}\" reason=\"{}\"", needed.what(), e.getMessage());
      return Optional.empty();
    }
  }

  private static String by(Set<String> crossed, String routedBy) {
    String names = String.join(", ", crossed);
    return crossed.contains(routedBy) ? names : names + " to " + routedBy;
  }

  private static String rule(Needed needed, IpAddress local) {
    boolean dialed = needed.firstPort() != needed.lastPort();
    return """
    direction = "ingress"
    source = "%s"
    destination = "%s"
    protocol = "tcp"
    %s\
    """
        .formatted(
            Prefix.of(needed.peer().address()),
            Prefix.of(local),
            dialed
                ? "source_ports = \"" + needed.peerPort() + "\"\nestablished = true"
                : "destination_ports = \"" + needed.firstPort() + "\"");
  }
}
