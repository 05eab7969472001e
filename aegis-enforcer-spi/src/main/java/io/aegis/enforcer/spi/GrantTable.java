package io.aegis.enforcer.spi;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The grants in force, by id, by exact tuple, and by client for those whose target is wider. One
 * writer at a time; readers never wait, and see each grant as it was before or after a change.
 */
final class GrantTable {
  private static final List<GrantEntry> NONE = List.of();

  private final ConcurrentSkipListMap<GrantId, GrantEntry> byId = new ConcurrentSkipListMap<>();
  private final Map<Tuple, List<GrantEntry>> exact = new ConcurrentHashMap<>();
  private final Map<IpAddress, List<GrantEntry>> wide = new ConcurrentHashMap<>();

  /** A client and what it may reach. */
  private record Tuple(IpAddress client, Target target) {
    static Tuple of(Grant grant) {
      return new Tuple(grant.client(), grant.target());
    }
  }

  int size() {
    return byId.size();
  }

  @Nullable GrantEntry get(GrantId id) {
    return byId.get(id);
  }

  Collection<GrantEntry> entries() {
    return byId.values();
  }

  /** How many grants have the client and target of this one; itself not counted. */
  long sharers(Grant grant) {
    return candidates(grant).stream()
        .map(GrantEntry::grant)
        .filter(other -> Tuple.of(other).equals(Tuple.of(grant)) && !other.id().equals(grant.id()))
        .count();
  }

  private List<GrantEntry> candidates(Grant grant) {
    return grant.target().isExact()
        ? exact.getOrDefault(Tuple.of(grant), NONE)
        : wide.getOrDefault(grant.client(), NONE);
  }

  /** Puts an entry in the place of the one of the same id, if there is one. */
  void put(GrantEntry entry) {
    GrantEntry before = byId.put(entry.grant().id(), entry);
    // Added before the old one goes, so that a reader never misses a grant that is only replaced.
    index(entry.grant(), null, entry);
    if (before != null) {
      index(before.grant(), before, null);
    }
  }

  @Nullable GrantEntry remove(GrantId id) {
    GrantEntry before = byId.remove(id);
    if (before != null) {
      index(before.grant(), before, null);
    }
    return before;
  }

  void clear() {
    exact.clear();
    wide.clear();
    byId.clear();
  }

  private void index(Grant grant, @Nullable GrantEntry gone, @Nullable GrantEntry added) {
    if (grant.target().isExact()) {
      exact.compute(Tuple.of(grant), (_, entries) -> changed(entries, gone, added));
    } else {
      wide.compute(grant.client(), (_, entries) -> changed(entries, gone, added));
    }
  }

  /** A changed copy, or null when nothing is left. */
  private static @Nullable List<GrantEntry> changed(
      @Nullable List<GrantEntry> entries, @Nullable GrantEntry gone, @Nullable GrantEntry added) {
    var copy = new ArrayList<GrantEntry>(entries == null ? NONE : entries);
    copy.removeIf(entry -> entry == gone);
    if (added != null) {
      copy.add(added);
    }
    return copy.isEmpty() ? null : List.copyOf(copy);
  }

  /** The grants that cover a flow, live or not: exact ones first. */
  Stream<GrantEntry> covering(Flow flow) {
    Optional<Protocol> protocol = flow.grantProtocol();
    if (protocol.isEmpty()) {
      return Stream.empty();
    }
    List<GrantEntry> narrow =
        flow.exactTarget()
            .map(target -> exact.getOrDefault(new Tuple(flow.client(), target), NONE))
            .orElse(NONE);
    return Stream.concat(narrow.stream(), wide.getOrDefault(flow.client(), NONE).stream())
        .filter(entry -> entry.covers(flow, protocol.get()));
  }
}
