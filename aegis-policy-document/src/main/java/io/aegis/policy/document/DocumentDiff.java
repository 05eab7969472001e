package io.aegis.policy.document;

import io.aegis.policy.Authentication;
import io.aegis.policy.Groups;
import io.aegis.policy.PolicyEngine;
import io.aegis.policy.Principal;
import io.aegis.policy.Reach;
import io.aegis.policy.ReachChange;
import io.aegis.policy.Rule;
import io.aegis.policy.Service;
import io.aegis.policy.Who;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compares two documents by what they let people reach: everybody with a role, everybody in a
 * group, every user that a rule names, and the users of the tests with all that they have.
 *
 * <p>A role is looked at by itself, as held by somebody who has no other role and no group, and
 * likewise a group. Besides, it looks at those who are two things of which a permit names one and a
 * forbid that changes the other; so nobody gains or loses a service unseen, whatever roles and
 * groups they have. Other terms of what is kept may go unseen for those who are three things.
 */
public final class DocumentDiff {

  /** How whoever is compared has logged in; what can be reached at all does not depend on it. */
  private static final Authentication ANY = Authentication.password(Instant.EPOCH);

  /** Whom no document can name: it refuses characters that nobody sees. */
  static final String NOBODY_ELSE = "somebody\u2060";

  private DocumentDiff() {}

  /**
   * What becomes of one service for some people.
   *
   * @param who for whom: {@code role 'clerk'}, {@code user 'alice'}
   * @param change what becomes of it
   * @param details in what the terms differ, for one that is kept under other terms; possibly empty
   */
  public record Change(String who, ReachChange change, List<String> details) {

    /** Makes a change. */
    public Change {
      details = List.copyOf(details);
    }

    /** Returns for example {@code role 'clerk' gains service 'web'}. */
    @Override
    public String toString() {
      String service = "service '" + change.serviceId() + "'";
      return switch (change.kind()) {
        case GAINED -> who + " gains " + service + onCondition(change.after());
        case LOST -> who + " loses " + service;
        case CHANGED ->
            details.isEmpty()
                ? who + " keeps " + service + ", with a condition that is written differently"
                : who + " keeps " + service + " on other terms: " + String.join("; ", details);
      };
    }

    private static String onCondition(@Nullable Reach reach) {
      return reach != null && reach.isConditional() ? ", on a condition" : "";
    }
  }

  /**
   * What came of comparing two documents.
   *
   * @param changes what changes
   * @param isComplete false if there was too much to compare, so that somebody with two of the
   *     roles and groups may gain or lose what is not told
   */
  public record Comparison(List<Change> changes, boolean isComplete) {

    /** Makes a comparison. */
    public Comparison {
      changes = List.copyOf(changes);
    }
  }

  /** Somebody as both documents have them. */
  private record Subject(Principal before, Principal after) {}

  /**
   * Compares two documents.
   *
   * @param before what holds now
   * @param after what is to hold
   * @return what changes, roles first, then groups, then users, then those who are two of these; in
   *     the order of their names, then of the ids of services
   */
  public static Comparison between(PolicyDocument before, PolicyDocument after) {
    PolicyEngine old = PolicyEngine.compile(before.policy());
    PolicyEngine candidate = PolicyEngine.compile(after.policy());
    var changes = new ArrayList<Change>();
    subjects(before, after)
        .forEach((who, subject) ->
            compare(old, candidate, subject)
                .forEach(each -> changes.add(new Change(who, each, details(each)))));
    PairDiff.Found pairs = PairDiff.between(before, old, after, candidate);
    changes.addAll(pairs.changes());
    return new Comparison(changes, pairs.isComplete());
  }

  private static Map<String, Subject> subjects(PolicyDocument before, PolicyDocument after) {
    var subjects = new LinkedHashMap<String, Subject>();
    Groups old = before.nesting();
    Groups candidate = after.nesting();
    sorted(before, after, d -> d.roles().stream().map(Role::name))
        .forEach(role -> subjects.put(Who.role(role).toString(), same(Set.of(role), Set.of())));
    sorted(before, after, d -> d.groups().stream().map(Group::name))
        .forEach(group ->
            subjects.put(
                Who.group(group).toString(),
                new Subject(
                    same(Set.of(), old.resolve(Set.of(group))).before(),
                    same(Set.of(), candidate.resolve(Set.of(group))).after())));
    sorted(before, after, DocumentDiff::namedUsers)
        .forEach(id -> {
          User user = after.user(id).or(() -> before.user(id)).orElseGet(() -> bare(id));
          subjects.put(
              Who.user(id).toString(),
              new Subject(
                  TestRequests.principal(user, old, ANY),
                  TestRequests.principal(user, candidate, ANY)));
        });
    return subjects;
  }

  private interface NamesOf {
    Stream<String> in(PolicyDocument document);
  }

  private static List<String> sorted(PolicyDocument before, PolicyDocument after, NamesOf names) {
    return Stream.concat(names.in(before), names.in(after)).distinct().sorted().toList();
  }

  private static Stream<String> namedUsers(PolicyDocument document) {
    Stream<String> inRules =
        document.policy().rules().stream()
            .map(Rule::who)
            .flatMap(who -> who instanceof Who.User(String id) ? Stream.of(id) : Stream.empty());
    return Stream.concat(inRules, document.users().stream().map(User::id));
  }

  private static User bare(String id) {
    return new User(id, id, true, Set.of(), Set.of(), Map.of());
  }

  private static Subject same(Set<String> roles, Set<String> groups) {
    var principal = new Principal(NOBODY_ELSE, NOBODY_ELSE, true, roles, groups, Map.of(), ANY);
    return new Subject(principal, principal);
  }

  private static List<ReachChange> compare(
      PolicyEngine old, PolicyEngine candidate, Subject subject) {
    if (subject.before().equals(subject.after())) {
      return old.diff(candidate, List.of(subject.after()));
    }
    Map<String, Reach> before = reaches(old, subject.before());
    Map<String, Reach> after = reaches(candidate, subject.after());
    var ids = new TreeMap<String, Reach>(before);
    ids.putAll(after);
    var changes = new ArrayList<ReachChange>();
    for (String id : ids.keySet()) {
      Reach was = before.get(id);
      Reach is = after.get(id);
      if (was == null || is == null || !differences(was, is).isEmpty()) {
        changes.add(new ReachChange(subject.after(), id, was, is));
      }
    }
    return changes;
  }

  private static Map<String, Reach> reaches(PolicyEngine engine, Principal principal) {
    var reaches = new HashMap<String, Reach>();
    engine.whatCanReach(principal).forEach(reach -> reaches.put(reach.service().id(), reach));
    return reaches;
  }

  /** Returns in what the terms differ; nothing for what is gained or lost. */
  static List<String> details(ReachChange change) {
    return change.before() == null || change.after() == null
        ? List.of()
        : differences(change.before(), change.after());
  }

  private static List<String> differences(Reach before, Reach after) {
    Service a = before.service();
    Service b = after.service();
    var differences = new ArrayList<String>();
    add(differences, "targets", targets(a), targets(b));
    add(
        differences,
        "lifetime",
        DocumentPrinter.lifetime(a.lifetime()),
        DocumentPrinter.lifetime(b.lifetime()));
    add(differences, "assurance", a.minimumAssurance(), b.minimumAssurance());
    add(differences, "shared-source", words(a), words(b));
    add(differences, "permitted", terms(before.permits()), terms(after.permits()));
    add(differences, "forbidden", terms(before.forbids()), terms(after.forbids()));
    return differences;
  }

  private static void add(List<String> differences, String what, Object before, Object after) {
    if (!before.equals(after)) {
      differences.add("%s %s, was %s".formatted(what, after, before));
    }
  }

  private static List<String> targets(Service service) {
    return service.targets().stream().map(TargetText::format).sorted().toList();
  }

  private static String words(Service service) {
    return service.sharedSource().name().toLowerCase(java.util.Locale.ROOT);
  }

  private static String terms(List<Rule> rules) {
    if (rules.isEmpty()) {
      return "never";
    }
    boolean isUnconditional = rules.stream().anyMatch(rule -> rule.condition() == null);
    return isUnconditional
        ? "always"
        : "when "
            + rules.stream()
                .flatMap(rule -> Optional.ofNullable(rule.condition()).stream())
                .map(condition -> condition.text().strip().replaceAll("\\s*\\R\\s*", " "))
                .distinct()
                .sorted()
                .reduce((x, y) -> x + "; or when " + y)
                .map(Objects::toString)
                .orElseThrow();
  }
}
