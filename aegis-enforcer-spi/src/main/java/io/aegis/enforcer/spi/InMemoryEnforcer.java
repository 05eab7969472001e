package io.aegis.enforcer.spi;

import static java.util.Objects.requireNonNull;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.Reason;
import io.aegis.api.StaticRule;
import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.IngressVerdict.Finding;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The executable specification of the datapath, in plain Java: it decides about the bytes it is
 * given by {@link #process} exactly as an enforcer does about the frames of a real interface. It
 * protects no real traffic; it is for simulations, for tests and for holding other enforcers to it.
 *
 * <p>Any interface name is accepted. Time is {@link EnforcerSettings#clock()}, read once for each
 * frame and each change. It frees nothing by itself: an expired grant keeps its place until it is
 * removed. Up to four grants may have the same client and target, exact or not.
 *
 * <p>Thread safety: as {@link Enforcer} says. Frames and changes are handled one after the other.
 */
public final class InMemoryEnforcer implements Enforcer {

  private static final int ETHERNET_HEADER = 14;

  /** Open, closed (drops everything) or detached (protects nothing). */
  private enum Life {
    OPEN,
    CLOSED,
    DETACHED
  }

  private final EnforcerSettings settings;
  private final Set<Capability> capabilities;
  private final Map<String, InterfaceSettings> interfaces;
  private final Runnable released;
  private final GrantTable table = new GrantTable();
  private final FrameCounters counters = new FrameCounters();
  private final DropReports reports;
  private final ReentrantLock changing = new ReentrantLock();
  private volatile Instant leaseEnd = Instant.MIN;
  private volatile Life life = Life.OPEN;

  /** Made by {@link InMemoryEnforcerProvider}, which is told when the instance is free again. */
  InMemoryEnforcer(EnforcerSettings settings, Set<Capability> capabilities, Runnable released) {
    this.settings = settings;
    this.capabilities = capabilities;
    this.released = released;
    reports = new DropReports("aegis-memory-drops-" + settings.instance());
    interfaces = new HashMap<>();
    settings.interfaces().forEach(each -> interfaces.put(each.name(), each));
  }

  /**
   * A frame arrives: decides, counts, and notes the activity of the grant that admitted it. On a
   * closed enforcer it is dropped, uncounted.
   *
   * @param interfaceName the protected interface on which it arrives
   * @param frame the bytes from the Ethernet header on, without checksum, 14 or more
   * @return what becomes of it
   * @throws EnforcerException of kind {@code CLOSED} after {@link #detach()}: nothing is protected
   * @throws IllegalArgumentException if the interface is not protected by this enforcer, or the
   *     frame has fewer than 14 bytes; nothing was counted
   */
  public Verdict process(String interfaceName, byte[] frame) {
    return process(Direction.INGRESS, interfaceName, frame);
  }

  /**
   * A frame goes one way or the other: decides, counts, and notes the activity of the grant that
   * admitted it. On a closed enforcer it is dropped, uncounted. Without {@link Capability#EGRESS}
   * what leaves passes, uncounted.
   *
   * @param way which way it goes
   * @param interfaceName the protected interface through which it goes
   * @param frame the bytes from the Ethernet header on, without checksum
   * @return what became of it
   * @throws EnforcerException of kind {@code CLOSED} after {@link #detach()}: nothing is protected
   * @throws IllegalArgumentException if the interface is not protected by this enforcer, or the
   *     frame has fewer than 14 bytes; nothing was counted
   */
  public Verdict process(Direction way, String interfaceName, byte[] frame) {
    InterfaceSettings through = requireFrame(interfaceName, frame);
    changing.lock();
    try {
      if (life == Life.DETACHED) {
        throw closed();
      }
      if (way == Direction.EGRESS && !bothWays()) {
        return Verdict.of(Reason.STATIC); // nobody looks at it
      }
      if (life == Life.CLOSED) {
        return Verdict.of(way == Direction.INGRESS ? Reason.NO_GRANT : Reason.EGRESS);
      }
      Instant now = settings.clock().instant();
      ParsedFrame parsed = FrameParser.parse(frame);
      Finding finding = finding(way, now, parsed, through);
      Verdict verdict = IngressVerdict.verdict(finding, through.mode());
      counters.count(interfaceName, way, counted(verdict), frame.length);
      if (finding.reason() == Reason.GRANT && finding.entry() != null) {
        if (way == Direction.INGRESS) {
          finding.entry().admitted(frame.length, now);
        } else {
          finding.entry().replied(now);
        }
      }
      if (!verdict.admitted() && !reports.isEmpty()) {
        reports.report(FrameDrops.event(now, interfaceName, way, verdict.reason(), parsed));
      }
      return verdict;
    } finally {
      changing.unlock();
    }
  }

  private boolean bothWays() {
    return capabilities.contains(Capability.EGRESS);
  }

  private Finding finding(
      Direction way, Instant now, ParsedFrame frame, InterfaceSettings through) {
    boolean relatedErrors = capabilities.contains(Capability.RELATED_ERRORS);
    List<StaticRule> rules = settings.staticRules();
    return switch (way) {
      case INGRESS ->
          new IngressVerdict(table, rules, relatedErrors, bothWays(), now, leaseEnd)
              .of(frame, through);
      case EGRESS ->
          new EgressVerdict(table, rules, relatedErrors, now, leaseEnd).of(frame, through);
    };
  }

  /** What the counters tell: an enforcer without reasons knows no other for a drop. */
  private Verdict counted(Verdict verdict) {
    return capabilities.contains(Capability.REASONS)
            || verdict.reason().admits()
            || verdict.reason() == Reason.EGRESS
        ? verdict
        : new Verdict(verdict.admitted(), Reason.NO_GRANT, null);
  }

  private InterfaceSettings requireFrame(String interfaceName, byte[] frame) {
    InterfaceSettings found = interfaces.get(interfaceName);
    if (found == null) {
      throw new IllegalArgumentException(
          "interface '"
              + interfaceName
              + "' is not protected by this enforcer (it protects "
              + String.join(
                  ", ", settings.interfaces().stream().map(InterfaceSettings::name).toList())
              + ")");
    }
    if (frame.length < ETHERNET_HEADER) {
      throw new IllegalArgumentException("a frame has 14 bytes or more, not " + frame.length);
    }
    return found;
  }

  @Override
  public Set<Capability> capabilities() {
    requireOpen();
    return capabilities;
  }

  @Override
  public UpdateResult apply(GrantUpdate update) {
    requireNonNull(update, "update");
    changing.lock();
    try {
      requireOpen();
      return changes().apply(update);
    } finally {
      changing.unlock();
    }
  }

  @Override
  public UpdateResult replace(Collection<Grant> grants) {
    List<Grant> wanted = List.copyOf(grants);
    changing.lock();
    try {
      requireOpen();
      GrantChanges changes = changes();
      return changes.apply(changes.difference(wanted));
    } finally {
      changing.unlock();
    }
  }

  private GrantChanges changes() {
    return new GrantChanges(table, capabilities, settings.maxGrants(), settings.clock().instant());
  }

  @Override
  public List<Grant> grants() {
    requireOpen();
    return GrantChanges.grants(table);
  }

  @Override
  public Map<GrantId, Activity> activity() {
    requireOpen();
    var seen = new HashMap<GrantId, Activity>();
    table.entries().forEach(entry -> seen.put(entry.grant().id(), entry.activity()));
    return Map.copyOf(seen);
  }

  @Override
  public Counters counters() {
    requireOpen();
    return counters.snapshot();
  }

  @Override
  public Subscription events(DropListener listener) {
    requireNonNull(listener, "listener");
    changing.lock();
    try {
      requireOpen();
      require(Capability.EVENTS, "subscribing to drops", "read counters() instead");
      return reports.add(listener, () -> {});
    } finally {
      changing.unlock();
    }
  }

  @Override
  public Verdict explain(String interfaceName, byte[] frame) {
    return explain(Direction.INGRESS, interfaceName, frame);
  }

  @Override
  public Verdict explain(Direction way, String interfaceName, byte[] frame) {
    requireOpen();
    if (way == Direction.EGRESS) {
      require(Capability.EGRESS, "explaining a frame that leaves", "whatever leaves passes");
    }
    require(Capability.EXPLAIN, "explaining a frame", "let the frame arrive and read counters()");
    InterfaceSettings through = requireFrame(interfaceName, frame);
    Instant now = settings.clock().instant();
    Finding finding = finding(way, now, FrameParser.parse(frame), through);
    return IngressVerdict.verdict(finding, through.mode());
  }

  private void require(Capability capability, String doing, String remedy) {
    if (!capabilities.contains(capability)) {
      throw new EnforcerException(
          Kind.UNSUPPORTED,
          doing
              + " of instance "
              + settings.instance()
              + ": this enforcer lacks "
              + capability
              + "; "
              + remedy);
    }
  }

  @Override
  public void lease(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("a lease is not negative: " + duration);
    }
    changing.lock();
    try {
      requireOpen();
      leaseEnd = settings.clock().instant().plus(duration);
    } finally {
      changing.unlock();
    }
  }

  @Override
  public Health health() {
    requireOpen();
    return Health.GREEN;
  }

  @Override
  public boolean isConfirmed() {
    requireOpen();
    return true;
  }

  @Override
  public void confirm() {
    requireOpen(); // and that is all: everything ends with this process
  }

  @Override
  public void detach() {
    end(Life.DETACHED, true);
  }

  @Override
  public void close() {
    end(Life.CLOSED, false);
  }

  private void end(Life next, boolean mustBeOpen) {
    changing.lock();
    try {
      if (mustBeOpen) {
        requireOpen();
      }
      if (life == Life.OPEN) {
        life = next;
        table.clear();
        reports.closeAll();
        released.run();
      }
    } finally {
      changing.unlock();
    }
  }

  private void requireOpen() {
    if (life != Life.OPEN) {
      throw closed();
    }
  }

  private EnforcerException closed() {
    return new EnforcerException(
        Kind.CLOSED,
        "using the enforcer of instance " + settings.instance() + ": it is closed; open a new one");
  }
}
