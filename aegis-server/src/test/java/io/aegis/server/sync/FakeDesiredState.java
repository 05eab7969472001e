package io.aegis.server.sync;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Desired state in memory, with a change log that can be cut short. */
final class FakeDesiredState implements DesiredState {

  static final Instant ISSUED = Instant.parse("2026-01-01T00:00:00Z");

  private final Map<Long, DesiredGrant> grants = new TreeMap<>();
  private final List<GrantChange> log = new ArrayList<>();
  private long revision;

  synchronized GrantChange put(Grant grant) {
    return put(grant, 1);
  }

  synchronized GrantChange put(Grant grant, long version) {
    var desired = new DesiredGrant(grant, version, 1, ISSUED);
    grants.put(grant.id().value(), desired);
    return logged(new GrantChange.Put(++revision, desired));
  }

  synchronized GrantChange remove(long id) {
    DesiredGrant gone = grants.remove(id);
    if (gone == null) {
      throw new IllegalArgumentException("no grant " + id);
    }
    return logged(new GrantChange.Removed(++revision, new GrantId(id), gone.grant().target()));
  }

  private GrantChange logged(GrantChange change) {
    log.add(change);
    return change;
  }

  synchronized void copyFrom(FakeDesiredState other) {
    grants.clear();
    other.snapshot().grants().forEach(each -> grants.put(each.grant().id().value(), each));
    revision = other.position().revision();
  }

  synchronized void forgetLog() {
    log.clear();
  }

  @Override
  public synchronized Position position() {
    return new Position(1, revision);
  }

  @Override
  public synchronized Snapshot snapshot() {
    return new Snapshot(position(), List.copyOf(grants.values()));
  }

  @Override
  public synchronized Optional<List<GrantChange>> since(long since) {
    if (since == revision) {
      return Optional.of(List.of());
    }
    List<GrantChange> changes = log.stream().filter(change -> change.revision() > since).toList();
    boolean whole = !changes.isEmpty() && changes.getFirst().revision() == since + 1;
    return whole ? Optional.of(changes) : Optional.empty();
  }
}
