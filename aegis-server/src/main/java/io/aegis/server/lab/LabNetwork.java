package io.aegis.server.lab;

import io.aegis.api.IpAddress;
import java.util.List;

/**
 * The wires of a lab:
 *
 * <pre>
 *  client  10.77.1.10 ──┐
 *                       ├─ switch ── out0 10.77.1.1  gateway  10.77.2.1 in0 ── zone
 *  client2 10.77.1.11 ──┘                                                     10.77.2.5 controller
 *                                                                             10.77.2.7 web
 *                                                                             10.77.2.8 echo
 * </pre>
 *
 * and the same with fd77:1::/64 and fd77:2::/64. Every interface lives inside the lab's own
 * namespaces, so nothing of the machine's own network is touched and deleting the namespaces
 * deletes everything.
 */
public final class LabNetwork {
  /** The gateway's protected interface. */
  public static final String OUTSIDE = "out0";

  /** Where the first client is. */
  public static final IpAddress CLIENT = IpAddress.parse("10.77.1.10");

  /** Where the first client is, in IPv6. */
  public static final IpAddress CLIENT_V6 = IpAddress.parse("fd77:1::10");

  /** Where the second client is. */
  public static final IpAddress SECOND_CLIENT = IpAddress.parse("10.77.1.11");

  /** The gateway on the side of its services. */
  public static final IpAddress GATEWAY_INSIDE = IpAddress.parse("10.77.2.1");

  /** Where the controller listens. */
  public static final IpAddress CONTROLLER = IpAddress.parse("10.77.2.5");

  /** Where the controller listens, in IPv6. */
  public static final IpAddress CONTROLLER_V6 = IpAddress.parse("fd77:2::5");

  /** Where the HTTP service listens. */
  public static final IpAddress WEB = IpAddress.parse("10.77.2.7");

  /** Where the HTTP service listens, in IPv6. */
  public static final IpAddress WEB_V6 = IpAddress.parse("fd77:2::7");

  /** Where the echo service listens. */
  public static final IpAddress ECHO = IpAddress.parse("10.77.2.8");

  private static final List<String> ROLES =
      List.of("client", "client2", "switch", "gateway", "zone");

  private final String lab;

  LabNetwork(String lab) {
    this.lab = lab;
  }

  /**
   * Returns one of the lab's namespaces.
   *
   * @param role {@code client}, {@code client2}, {@code switch}, {@code gateway} or {@code zone}
   * @return the namespace
   * @throws LabException if there is no such role
   */
  public NetworkNamespace namespace(String role) {
    if (!ROLES.contains(role)) {
      throw LabException.ofWords(
          "a lab has no '" + role + "' (one of " + String.join(", ", ROLES) + ")");
    }
    return new NetworkNamespace("aegis-" + lab + "-" + role);
  }

  boolean exists() {
    return ROLES.stream().anyMatch(role -> namespace(role).exists());
  }

  void up() {
    for (String role : ROLES) {
      namespace(role).create();
      // Addresses are usable at once, link-local ones too: nobody else can have them here.
      namespace(role).sysctl("ipv6/conf/default/accept_dad", "0");
      namespace(role).sysctl("ipv6/conf/default/dad_transmits", "0");
    }
    wires();
    addresses();
    NetworkNamespace gateway = namespace("gateway");
    gateway.sysctl("ipv4/ip_forward", "1");
    gateway.sysctl("ipv6/conf/all/forwarding", "1");
  }

  private void wires() {
    Commands.ipBatch(
        veth("client", "eth0", "switch", "port1"),
        veth("client2", "eth0", "switch", "port2"),
        veth("gateway", OUTSIDE, "switch", "port3"),
        veth("gateway", "in0", "zone", "eth0"));
    in(
        "switch",
        "link add name lan type bridge mcast_snooping 0",
        "link set port1 master lan up",
        "link set port2 master lan up",
        "link set port3 master lan up",
        "link set lan up");
  }

  // IPv6 addresses are added with nodad: usable at once, since nobody else can have them here.
  private void addresses() {
    for (String client : List.of("client", "client2")) {
      String host = client.equals("client") ? "10" : "11";
      in(
          client,
          "link set lo up",
          "addr add 10.77.1." + host + "/24 dev eth0",
          "addr add fd77:1::" + host + "/64 dev eth0 nodad",
          "link set eth0 up",
          "route add default via 10.77.1.1",
          "route add ::/0 via fd77:1::1");
    }
    in(
        "gateway",
        "link set lo up",
        "addr add 10.77.1.1/24 dev " + OUTSIDE,
        "addr add fd77:1::1/64 nodad dev " + OUTSIDE,
        "addr add " + GATEWAY_INSIDE + "/24 dev in0",
        "addr add fd77:2::1/64 dev in0 nodad",
        "link set " + OUTSIDE + " up",
        "link set in0 up");
    in(
        "zone",
        "link set lo up",
        "addr add " + CONTROLLER + "/24 dev eth0",
        "addr add " + WEB + "/24 dev eth0",
        "addr add " + ECHO + "/24 dev eth0",
        "addr add " + CONTROLLER_V6 + "/64 dev eth0 nodad",
        "addr add " + WEB_V6 + "/64 dev eth0 nodad",
        "addr add fd77:2::8/64 dev eth0 nodad",
        "link set eth0 up",
        "route add default via " + GATEWAY_INSIDE,
        "route add ::/0 via fd77:2::1");
  }

  private String veth(String role, String name, String peerRole, String peerName) {
    return "link add name %s netns %s type veth peer name %s netns %s"
        .formatted(name, namespace(role).name(), peerName, namespace(peerRole).name());
  }

  private void in(String role, String... lines) {
    String input = String.join("\n", lines) + "\n";
    Commands.Result result =
        Commands.attempt(input, "ip", "-netns", namespace(role).name(), "-batch", "-");
    if (result.exitCode() != 0) {
      throw new LabException(
          "setting up namespace " + namespace(role).name() + " failed: " + result.output().strip());
    }
  }

  void down() {
    ROLES.forEach(role -> namespace(role).delete());
  }
}
