package io.aegis.server.controller;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.Prefix;
import io.aegis.api.Receipt;
import io.aegis.api.Target;
import io.aegis.server.sync.DesiredGrant;
import io.aegis.server.sync.DesiredState;
import io.aegis.server.sync.Distribution;
import io.aegis.server.sync.GrantChange;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Gateways in memory that behave as told: they enforce what they get at once, or refuse, say
 * nothing, or are away. What one enforces is kept by grant, as an agent would.
 */
public final class FakeGateways implements Distribution {

  /** How a gateway behaves. */
  public enum Mood {
    WILLING,
    REFUSING,
    SILENT,
    AWAY
  }

  private static final class FakeGateway {
    final Prefix guards;
    final Map<GrantId, DesiredGrant> enforced = new HashMap<>();
    Mood mood = Mood.WILLING;

    FakeGateway(Prefix guards) {
      this.guards = guards;
    }
  }

  private final InstantSource clock;
  private final Map<String, FakeGateway> gateways = new TreeMap<>();
  private final Map<GrantId, Instant> lastAdmitted = new HashMap<>();
  private final List<GrantChange> seen = new ArrayList<>();
  private final List<CompletableFuture<Map<String, Outcome>>> held = new ArrayList<>();
  private boolean holding;
  private @Nullable Map<String, Outcome> heldOutcome;

  public FakeGateways(InstantSource clock) {
    this.clock = clock;
  }

  public synchronized void add(String name, String guards) {
    gateways.put(name, new FakeGateway(Prefix.parse(guards)));
  }

  public synchronized void set(String name, Mood mood) {
    gateway(name).mood = mood;
  }

  /** A gateway returns, and its agent puts in force what a snapshot lists, nothing else. */
  public synchronized void reconnect(String name, DesiredState.Snapshot snapshot) {
    FakeGateway gateway = gateway(name);
    gateway.mood = Mood.WILLING;
    gateway.enforced.clear();
    snapshot.grants().stream()
        .filter(each -> guards(gateway, each.grant().target()))
        .forEach(each -> gateway.enforced.put(each.grant().id(), each));
  }

  private FakeGateway gateway(String name) {
    FakeGateway gateway = gateways.get(name);
    if (gateway == null) {
      throw new IllegalArgumentException("no gateway " + name);
    }
    return gateway;
  }

  /** From now on nobody is answered before {@link #release}. */
  public synchronized void hold() {
    holding = true;
  }

  public void release() {
    List<CompletableFuture<Map<String, Outcome>>> waiting;
    Map<String, Outcome> outcome;
    synchronized (this) {
      holding = false;
      waiting = List.copyOf(held);
      outcome = heldOutcome == null ? Map.of() : heldOutcome;
      held.clear();
    }
    waiting.forEach(each -> each.complete(outcome));
  }

  public synchronized int waiting() {
    return held.size();
  }

  /** What a gateway enforces at this moment, as its kernel would: what has expired is not. */
  public synchronized List<Grant> enforced(String name) {
    return gateway(name).enforced.values().stream()
        .map(DesiredGrant::grant)
        .filter(grant -> grant.softExpiry().isAfter(clock.instant()))
        .sorted((a, b) -> a.id().compareTo(b.id()))
        .toList();
  }

  public synchronized List<GrantChange> seen() {
    return List.copyOf(seen);
  }

  /** A packet passed by a grant just now. */
  public synchronized void traffic(GrantId id) {
    lastAdmitted.put(id, clock.instant());
  }

  @Override
  public synchronized CompletableFuture<Map<String, Outcome>> committed(
      List<GrantChange> changes, Duration patience) {
    seen.addAll(changes);
    var outcomes = new TreeMap<String, Outcome>();
    gateways.forEach((name, gateway) -> {
      List<GrantChange> concerned =
          changes.stream().filter(each -> guards(gateway, each.target())).toList();
      if (!concerned.isEmpty()) {
        outcomes.put(name, apply(gateway, concerned));
      }
    });
    if (!holding) {
      return CompletableFuture.completedFuture(Map.copyOf(outcomes));
    }
    heldOutcome = Map.copyOf(outcomes);
    var later = new CompletableFuture<Map<String, Outcome>>();
    held.add(later);
    return later;
  }

  private Outcome apply(FakeGateway gateway, List<GrantChange> changes) {
    return switch (gateway.mood) {
      case AWAY -> new Outcome.Away();
      case SILENT -> new Outcome.TimedOut();
      case REFUSING -> {
        // Removals never fail; what is added is refused.
        changes.forEach(each -> gateway.enforced.remove(each.grantId()));
        yield changes.stream().anyMatch(each -> each instanceof GrantChange.Put)
            ? new Outcome.Refused("the table is full")
            : new Outcome.Enforced(List.of());
      }
      case WILLING -> {
        var receipts = new ArrayList<Receipt>();
        changes.forEach(each -> receipts.add(apply(gateway, each)));
        yield new Outcome.Enforced(receipts);
      }
    };
  }

  private Receipt apply(FakeGateway gateway, GrantChange change) {
    return switch (change) {
      case GrantChange.Put(long _, DesiredGrant desired) -> {
        gateway.enforced.put(change.grantId(), desired);
        lastAdmitted.putIfAbsent(change.grantId(), clock.instant());
        yield new Receipt(change.grantId(), Receipt.Change.UPSERTED, clock.instant(), null);
      }
      case GrantChange.Removed _ -> {
        gateway.enforced.remove(change.grantId());
        yield new Receipt(change.grantId(), Receipt.Change.REMOVED, clock.instant(), null);
      }
    };
  }

  private static boolean guards(FakeGateway gateway, Target target) {
    IpAddress address = target.prefix().address();
    return gateway.guards.contains(address);
  }

  @Override
  public synchronized List<String> guarding(Target target) {
    return gateways.entrySet().stream()
        .filter(entry -> guards(entry.getValue(), target))
        .map(Map.Entry::getKey)
        .toList();
  }

  @Override
  public synchronized Optional<Instant> lastAdmitted(GrantId id) {
    boolean known =
        gateways.values().stream()
            .anyMatch(each -> each.mood != Mood.AWAY && each.enforced.containsKey(id));
    return known ? Optional.ofNullable(lastAdmitted.get(id)) : Optional.empty();
  }
}
