package io.aegis.enforcer.xdp.internal.bench;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.IpAddress.Family;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Reason;
import io.aegis.api.StaticRule;
import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Target;
import io.aegis.enforcer.xdp.internal.probe.Features;
import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Owned;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What the datapath is measured with: the works of datapath.md under "Budgets" on some thousand
 * grants, each with its floor. For one thread.
 */
final class GateWorks implements AutoCloseable {

  /** How many grants are in force. */
  static final int GRANTS = 5000;

  /** How many there may be, in our maps and in the floor's: the default of an agent. */
  static final int MAX_GRANTS = 65_536;

  private static final int RULE_PORT = 8443;

  /** Of the prefixes in force. */
  private static final int[] LENGTHS = {8, 16, 24, 28};

  private static final Duration LIFE = Duration.ofHours(1);

  /** A work, what it is compared with, and the most it may be of that; null for no budget. */
  record Planned(Work work, Work floor, @Nullable Double budget) {}

  private final Owned owned = new Owned();
  private final Gate ipv4;
  private final Gate ipv6;
  private final Gate wide;
  private final Floor floor;
  private final List<Work> floors;
  private final List<Planned> planned = new ArrayList<>();

  private GateWorks(Features features) throws Errno {
    try {
      ipv4 = owned.own(Gate.load(features, MAX_GRANTS, grants(GRANTS)));
      ipv6 = owned.own(Gate.load(features, MAX_GRANTS, grants6()));
      wide = owned.own(Gate.load(features, MAX_GRANTS, wideGrants()));
      floor = owned.own(Floor.load(features, MAX_GRANTS, GRANTS));
      List<byte[]> clients = Frames.ofClients(GRANTS);
      List<byte[]> strangers = Frames.ofStrangers(Frames.PORT);
      var hit = new Work("floor: parse, find in HASH, A", floor.lookup(), clients, true);
      var miss = new Work("floor: parse, miss in HASH, A", floor.lookup(), strangers, false);
      floors = List.of(new Work("empty program, A", floor.empty(), clients, true), hit, miss);
      plan(hit, miss);
    } catch (Errno | RuntimeException e) {
      owned.closeInto(e);
      throw e;
    }
  }

  /**
   * Loads everything.
   *
   * @throws IllegalStateException if the datapath does not do what is to be measured
   */
  static GateWorks load(Features features) throws Errno {
    return new GateWorks(features);
  }

  private void plan(Work hit, Work miss) throws Errno {
    OwnedFd program = ipv4.program(List.of());
    String grants = ", %,d grants, A".formatted(GRANTS);
    add(
        ipv4,
        Reason.GRANT,
        new Work("admit by exact grant, IPv4" + grants, program, hit.frames(), true),
        hit,
        0.95);
    add(
        ipv4,
        Reason.NO_GRANT,
        new Work("drop without a grant, IPv4" + grants, program, miss.frames(), false),
        miss,
        0.65);
    add(
        ipv6,
        Reason.GRANT,
        new Work(
            "admit by exact grant, IPv6" + grants,
            ipv6.program(List.of()),
            Frames.ofClients6(GRANTS),
            true),
        hit,
        1.15);
    add(
        ipv6,
        Reason.NO_GRANT,
        new Work(
            "drop without a grant, IPv6" + grants,
            ipv6.program(List.of()),
            Frames.ofStrangers6(),
            false),
        miss,
        null);
    planOthers(program, miss);
    planWide(hit, miss);
    OwnedFd emptyLeaving = floor.emptyLeaving();
    if (emptyLeaving != null) {
      planLeaving(emptyLeaving, hit, miss);
    }
  }

  /** Test runs of what leaves make a socket buffer, which the empty program shows. */
  private void planLeaving(OwnedFd empty, Work hit, Work miss) throws Errno {
    List<byte[]> replies = Frames.repliesToClients(GRANTS);
    OwnedFd program = ipv4.leaving();
    String grants = ", leaving, %,d grants, A".formatted(GRANTS);
    planned.add(
        new Planned(
            new Work("empty program, leaving, A", Direction.EGRESS, empty, replies, true),
            hit,
            null));
    add(
        ipv4,
        Reason.GRANT,
        new Work(
            "admit reply to exact grant, IPv4" + grants, Direction.EGRESS, program, replies, true),
        hit,
        null);
    add(
        ipv4,
        Reason.EGRESS,
        new Work(
            "drop without a grant, IPv4" + grants,
            Direction.EGRESS,
            program,
            Frames.repliesToStrangers(),
            false),
        miss,
        null);
  }

  /** The clients have no exact grant, but one for a prefix, of four lengths in turn. */
  private void planWide(Work hit, Work miss) throws Errno {
    OwnedFd program = wide.program(List.of());
    String lengths = ", %d prefix lengths, %,d grants, A".formatted(LENGTHS.length, GRANTS);
    add(
        wide,
        Reason.GRANT,
        new Work("admit by prefix grant, IPv4" + lengths, program, hit.frames(), true),
        hit,
        null);
    add(
        wide,
        Reason.NO_GRANT,
        new Work("drop without a grant, IPv4" + lengths, program, miss.frames(), false),
        miss,
        null);
  }

  /** What datapath.md sets no budget for. */
  private void planOthers(OwnedFd program, Work miss) throws Errno {
    List<StaticRule> rules = rules();
    String grants = ", %,d grants, A".formatted(GRANTS);
    add(
        ipv4,
        Reason.MALFORMED,
        new Work("drop malformed, IPv4, A", program, Frames.malformed(), false),
        miss,
        null);
    add(
        ipv4,
        Reason.STATIC,
        new Work(
            "admit by static rule " + rules.size() + " of " + rules.size() + ", IPv4" + grants,
            ipv4.program(rules),
            Frames.ofStrangers(RULE_PORT),
            true),
        miss,
        null);
  }

  /** Plans a work once every frame of it has met its reason. */
  private void add(Gate gate, Reason reason, Work work, Work floorOfIt, @Nullable Double budget)
      throws Errno {
    requireReason(gate, reason, work);
    planned.add(new Planned(work, floorOfIt, budget));
  }

  /**
   * Lets every frame of a work meet its verdict and its reason once.
   *
   * @throws IllegalStateException if one does not
   */
  static void requireReason(Gate gate, Reason reason, Work work) throws Errno {
    long before = gate.packets(reason);
    for (byte[] frame : work.frames()) {
      work.requireAction(BpfProg.testRun(work.program(), frame, 1).returned());
    }
    long counted = gate.packets(reason) - before;
    if (counted != Frames.COUNT) {
      throw new IllegalStateException(
          "measuring '"
              + work.name()
              + "': of "
              + Frames.COUNT
              + " frames "
              + counted
              + " were counted as "
              + reason
              + "; the datapath is wrong, or the benchmark");
    }
  }

  /** Returns the grants of the first IPv4 clients. */
  static List<Grant> grants(int clients) {
    return LongStream.range(0, clients)
        .mapToObj(i -> grant(i, Frames.client(i), Frames.SERVICE))
        .toList();
  }

  private static List<Grant> wideGrants() {
    return LongStream.range(0, GRANTS).mapToObj(GateWorks::wideGrant).toList();
  }

  private static Grant wideGrant(long number) {
    int length = LENGTHS[(int) (number * Frames.COUNT / GRANTS % LENGTHS.length)];
    long bits = Frames.SERVICE.low() & (-1L << (Family.IPV4.bits() - length));
    var prefix = new Prefix(new IpAddress(Family.IPV4, 0, bits), length);
    var target = new Target(prefix, Protocol.TCP, PortRange.of(Frames.PORT));
    var id = new GrantId(number + 1);
    return Grant.until(id, Frames.client(number), target, Gate.now().plus(LIFE))
        .withIdleLimit(LIFE);
  }

  private static List<Grant> grants6() {
    return LongStream.range(0, GRANTS)
        .mapToObj(i -> grant(i, Frames.client6(i), Frames.SERVICE6))
        .toList();
  }

  /** Returns the grant of a client of some number: with an idle limit, so that it is checked. */
  static Grant grant(long number, IpAddress client, IpAddress service) {
    var id = new GrantId(number + 1);
    var target = Target.of(service, Protocol.TCP, Frames.PORT);
    return Grant.until(id, client, target, Gate.now().plus(LIFE)).withIdleLimit(LIFE);
  }

  /** Rules as a gateway has them: ssh, its way to the controller, names, and what is measured. */
  private static List<StaticRule> rules() {
    Prefix service = Prefix.of(Frames.SERVICE);
    return List.of(
        rule("10.77.250.0/24", service, 22),
        rule("10.77.251.7/32", service, 7443),
        rule("10.77.252.0/24", service, 53),
        rule("198.18.0.0/15", service, RULE_PORT));
  }

  private static StaticRule rule(String source, Prefix destination, int port) {
    return new StaticRule(
        Direction.INGRESS,
        Prefix.parse(source),
        destination,
        StaticRule.TCP,
        PortRange.ANY,
        PortRange.of(port),
        false);
  }

  /** The programs that the others are compared with. */
  List<Work> floors() {
    return floors;
  }

  List<Planned> planned() {
    return List.copyOf(planned);
  }

  /** The gate with the IPv4 grants. */
  Gate gate() {
    return ipv4;
  }

  Floor floor() {
    return floor;
  }

  @Override
  public void close() {
    owned.close();
  }
}
