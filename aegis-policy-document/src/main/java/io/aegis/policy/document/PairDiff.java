package io.aegis.policy.document;

import io.aegis.api.EnforcementMode;
import io.aegis.policy.Authentication;
import io.aegis.policy.Condition;
import io.aegis.policy.Groups;
import io.aegis.policy.PolicyEngine;
import io.aegis.policy.Principal;
import io.aegis.policy.Reach;
import io.aegis.policy.ReachChange;
import io.aegis.policy.Rule;
import io.aegis.policy.Service;
import io.aegis.policy.What;
import io.aegis.policy.Who;
import io.aegis.policy.document.DocumentDiff.Change;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compares what two documents let those reach who are two things at once: one that a permit names,
 * and one about which the forbids changed.
 *
 * <p>Two are enough. Whoever gains a service has a permit for it after, by one thing, and either
 * had none before, so that the one thing alone gains it, or was under a forbid before, by a second
 * thing, that is over them no more. What is lost is the same the other way round. Used once.
 */
final class PairDiff {

  /** A few seconds. */
  private static final long MOST_WORK = 1_000_000;

  private static final Authentication ANY = Authentication.password(Instant.EPOCH);

  private final Side before;
  private final Side after;
  private final Set<String> moved = new TreeSet<>();
  private final List<Change> changes = new ArrayList<>();
  private long work;

  private PairDiff(Side before, Side after) {
    this.before = before;
    this.after = after;
  }

  /** A forbid or permit without what it is about. */
  private record Saying(Who who, @Nullable Condition condition) {}

  /** One of the documents. */
  private record Side(
      PolicyEngine engine,
      Groups nesting,
      Map<String, Service> services,
      Map<What, Set<Saying>> permits,
      Map<What, Set<Saying>> forbids) {

    static Side of(PolicyDocument document, PolicyEngine engine) {
      var side =
          new Side(
              engine,
              document.nesting(),
              document.policy().services().stream()
                  .collect(Collectors.toMap(Service::id, service -> service)),
              new HashMap<>(),
              new HashMap<>());
      for (Rule rule : document.policy().rules()) {
        if (rule.mode() == EnforcementMode.ENFORCE) {
          (rule instanceof Rule.Permit ? side.permits : side.forbids)
              .computeIfAbsent(rule.what(), _ -> new HashSet<>())
              .add(new Saying(rule.who(), rule.condition()));
        }
      }
      return side;
    }

    Set<Saying> about(String id, Map<What, Set<Saying>> rules) {
      Service service = services.get(id);
      return service == null
          ? Set.of()
          : Stream.concat(
                  Stream.of(What.service(id)), service.tags().stream().map(tag -> What.tag(tag)))
              .flatMap(what -> rules.getOrDefault(what, Set.of()).stream())
              .collect(Collectors.toSet());
    }
  }

  /** What was found, and whether everything was looked at. */
  record Found(List<Change> changes, boolean isComplete) {}

  static Found between(
      PolicyDocument before, PolicyEngine old, PolicyDocument after, PolicyEngine candidate) {
    var diff = new PairDiff(Side.of(before, old), Side.of(after, candidate));
    diff.findMoved(before, after);
    var ids = new TreeSet<>(diff.before.services().keySet());
    ids.retainAll(diff.after.services().keySet()); // what one lacks, each thing alone tells
    ids.forEach(diff::compare);
    diff.changes.sort(
        Comparator.comparing(Change::who).thenComparing(each -> each.change().serviceId()));
    return new Found(diff.changes, diff.work <= MOST_WORK);
  }

  /** Finds the groups that lie in other groups than before. */
  private void findMoved(PolicyDocument first, PolicyDocument second) {
    Stream.of(first, second)
        .flatMap(document -> document.groups().stream())
        .map(group -> group.name())
        .filter(name -> !closure(before, name).equals(closure(after, name)))
        .forEach(moved::add);
  }

  private static Set<String> closure(Side side, String group) {
    return side.nesting().resolve(Set.of(group));
  }

  private void compare(String id) {
    Set<Saying> was = before.about(id, before.forbids());
    Set<Saying> is = after.about(id, after.forbids());
    work += was.size() + is.size();
    if (work > MOST_WORK || (was.equals(is) && moved.isEmpty())) {
      return;
    }
    Set<Who> forbidden =
        Stream.concat(
                was.stream().filter(each -> !is.contains(each)),
                is.stream().filter(each -> !was.contains(each)))
            .map(Saying::who)
            .collect(Collectors.toSet());
    forbidden.addAll(movedInto(union(was, is)));
    Set<Who> permitted =
        union(before.about(id, before.permits()), after.about(id, after.permits()));
    permitted.addAll(movedInto(permitted));
    work += permitted.size() * (long) forbidden.size();
    if (work <= MOST_WORK) {
      comparePairs(id, permitted, forbidden);
    }
  }

  private static Set<Who> union(Set<Saying> first, Set<Saying> second) {
    return Stream.concat(first.stream(), second.stream())
        .map(Saying::who)
        .collect(Collectors.toCollection(HashSet::new));
  }

  /** Returns the moved groups whose members are, or were, in one that is named. */
  private Set<Who> movedInto(Set<Who> named) {
    return moved.stream()
        .filter(group ->
            Stream.of(before, after)
                .flatMap(side -> closure(side, group).stream())
                .anyMatch(each -> named.contains(Who.group(each))))
        .map(Who::group)
        .collect(Collectors.toSet());
  }

  private void comparePairs(String id, Set<Who> permitted, Set<Who> forbidden) {
    var seen = new HashSet<Set<Who>>();
    for (Who one : permitted) {
      for (Who other : forbidden) {
        boolean canBeBoth =
            !one.equals(other) && !(one instanceof Who.User && other instanceof Who.User);
        if (canBeBoth && seen.add(Set.of(one, other))) {
          comparePair(id, one, other);
        }
      }
    }
  }

  private void comparePair(String id, Who one, Who other) {
    Optional<ReachChange> both = change(id, List.of(one, other));
    if (both.isPresent()
        && !isSame(both.get(), change(id, List.of(one)))
        && !isSame(both.get(), change(id, List.of(other)))) {
      String who =
          Stream.of(one, other)
              .sorted(Comparator.comparingInt(PairDiff::rank).thenComparing(Who::toString))
              .map(Who::toString)
              .collect(Collectors.joining(" together with "));
      changes.add(new Change(who, both.get(), DocumentDiff.details(both.get())));
    }
  }

  private static int rank(Who who) {
    return switch (who) {
      case Who.User _ -> 0;
      case Who.Role _ -> 1;
      case Who.Group _ -> 2;
    };
  }

  private static boolean isSame(ReachChange both, Optional<ReachChange> alone) {
    return alone.isPresent()
        && alone.get().kind() == both.kind()
        && DocumentDiff.details(alone.get()).equals(DocumentDiff.details(both));
  }

  private Optional<ReachChange> change(String id, List<Who> whos) {
    Principal principal = principal(whos, after.nesting());
    Reach was = reach(before, id, principal(whos, before.nesting()));
    Reach is = reach(after, id, principal);
    if (was == null && is == null) {
      return Optional.empty();
    }
    var change = new ReachChange(principal, id, was, is);
    boolean isKept = change.kind() == ReachChange.Kind.CHANGED;
    return isKept && DocumentDiff.details(change).isEmpty()
        ? Optional.empty()
        : Optional.of(change);
  }

  private static @Nullable Reach reach(Side side, String id, Principal principal) {
    List<Reach> reaches = side.engine().whoCanReach(id, List.of(principal));
    return reaches.isEmpty() ? null : reaches.getFirst();
  }

  private static Principal principal(List<Who> whos, Groups nesting) {
    String id = DocumentDiff.NOBODY_ELSE;
    Set<String> roles = new HashSet<>();
    Set<String> groups = new HashSet<>();
    for (Who who : whos) {
      switch (who) {
        case Who.User(String user) -> id = user;
        case Who.Role(String role) -> roles.add(role);
        case Who.Group(String group) -> groups.add(group);
      }
    }
    return new Principal(id, id, true, roles, nesting.resolve(groups), Map.of(), ANY);
  }
}
