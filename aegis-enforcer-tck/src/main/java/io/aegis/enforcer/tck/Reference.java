package io.aegis.enforcer.tck;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.Reason;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.Counters;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.InMemoryEnforcer;
import io.aegis.enforcer.spi.InMemoryEnforcerProvider;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.tck.PacketCase.Scene;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The reference enforcer with a scene in force, able to do just what another enforcer can. Its
 * clock stands still but for the age of the scene.
 */
final class Reference implements AutoCloseable {
  private static final String INTERFACE = "reference0";
  private static final Instant START = Instant.parse("2030-01-02T03:04:05.006Z");
  private static final int ROOM = 4096;
  private static final int SHARERS = 4;

  private final Set<Capability> capabilities;
  private final Scene scene;
  private final InMemoryEnforcer enforcer;

  private Reference(Set<Capability> wanted, Scene scene, List<Grant> grants) {
    this.capabilities = wanted;
    this.scene = scene;
    var now = new AtomicReference<>(START);
    var provider = new InMemoryEnforcerProvider(inMemory(wanted));
    var base =
        new EnforcerSettings(
            "reference",
            List.of(InterfaceSettings.enforcing(INTERFACE)),
            List.of(),
            ROOM,
            now::get,
            Map.of());
    enforcer = provider.open(scene.settings(base));
    enforcer.replace(grants);
    Duration lease = scene.lease();
    enforcer.lease(lease == null ? Duration.ZERO : lease);
    now.set(START.plus(scene.age()));
  }

  /** What of these is possible in memory. */
  private static Set<Capability> inMemory(Set<Capability> wanted) {
    var possible = EnumSet.noneOf(Capability.class);
    possible.addAll(new InMemoryEnforcerProvider().capabilities());
    possible.retainAll(wanted);
    possible.add(Capability.EXPLAIN);
    return possible;
  }

  /** With every grant of the scene that is possible. */
  static Reference of(Set<Capability> capabilities, Scene scene) {
    return new Reference(capabilities, scene, scene.grantsAt(START));
  }

  /** With some grants of the scene. */
  static Reference of(Set<Capability> capabilities, Scene scene, Set<GrantId> grants) {
    return new Reference(
        capabilities,
        scene,
        scene.grantsAt(START).stream().filter(grant -> grants.contains(grant.id())).toList());
  }

  /** The grants that are in force. */
  List<Grant> grants() {
    return enforcer.grants();
  }

  /** Those of the scene that are not, although nothing keeps an enforcer from it. */
  List<Grant> missing() {
    List<Grant> inForce = enforcer.grants();
    List<Grant> possible =
        scene.grantsAt(START).stream()
            .filter(grant -> capabilities.containsAll(Needs.of(grant)))
            .toList();
    Instant now = START.plus(scene.age());
    return possible.stream()
        .filter(grant -> !inForce.contains(grant))
        .filter(grant -> grant.softExpiry().isAfter(now)) // else it may be freed at once
        .filter(grant -> !isOneTooMany(grant, possible))
        .toList();
  }

  /** Whether earlier ones had taken the places of its tuple, even if they were freed since. */
  private boolean isOneTooMany(Grant grant, List<Grant> possible) {
    long earlier =
        possible.subList(0, possible.indexOf(grant)).stream()
            .filter(other -> other.client().equals(grant.client()))
            .filter(other -> other.target().equals(grant.target()))
            .count();
    return earlier >= (capabilities.contains(Capability.SHARED_TUPLES) ? SHARERS : 1);
  }

  /** Lets a frame arrive, or leave. */
  Verdict verdict(Sent sent) {
    return enforcer.process(sent.way(), INTERFACE, sent.frame());
  }

  Counters counters() {
    return enforcer.counters();
  }

  /** Whether this grant, were it the only one, would decide about the frame, and in this way. */
  boolean wouldDecide(GrantId id, Reason reason, Sent sent) {
    List<Grant> only =
        scene.grantsAt(START).stream().filter(grant -> grant.id().equals(id)).toList();
    try (var alone = new Reference(capabilities, scene, only)) {
      Verdict verdict = alone.enforcer.explain(sent.way(), INTERFACE, sent.frame());
      return verdict.reason() == reason && id.equals(verdict.grantId());
    }
  }

  @Override
  public void close() {
    enforcer.close();
  }
}
