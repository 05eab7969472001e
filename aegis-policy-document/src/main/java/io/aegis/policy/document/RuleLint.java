package io.aegis.policy.document;

import io.aegis.api.EnforcementMode;
import io.aegis.api.IpAddress;
import io.aegis.policy.AccessRequest;
import io.aegis.policy.Assurance;
import io.aegis.policy.Authentication;
import io.aegis.policy.Condition;
import io.aegis.policy.ConditionResult;
import io.aegis.policy.Groups;
import io.aegis.policy.Principal;
import io.aegis.policy.Rule;
import io.aegis.policy.Service;
import io.aegis.policy.Source;
import io.aegis.policy.What;
import io.aegis.policy.Who;
import io.aegis.policy.document.Warning.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Looks at rules: such as can never do anything, and such as undo others. Used once. */
final class RuleLint {

  /** Somebody from somewhere: a condition that names nothing gives everybody the same answer. */
  private static final AccessRequest ANYBODY =
      AccessRequest.of(
          Principal.of("lint", Set.of(), Authentication.password(Instant.EPOCH)),
          new Source(IpAddress.parse("192.0.2.1"), Assurance.IP),
          "lint",
          Instant.EPOCH,
          Instant.EPOCH.plus(Duration.ofHours(1)));

  /** Of forbids for permits: about a second. */
  private static final long MOST_LOOKUPS = 20_000_000;

  /** A word of any language: whatever it names, it may be looked at. */
  private static final Pattern WORD = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");

  private static final Pattern QUOTED = Pattern.compile("\"[^\"\\\\]*\"|'[^'\\\\]*'");

  private final PolicyDocument document;
  private final Places places;
  private final List<Warning> warnings;
  private final Groups groups;
  private final Map<String, Service> services = new HashMap<>();
  private final Set<String> users;
  private final Map<Who, Map<What, Rule>> forbids = new HashMap<>();
  // Whose forbids cover a permit, by whom the permit is about.
  private final Map<Who, List<Map<What, Rule>>> covering = new HashMap<>();
  private final Map<What, List<What>> scopes = new HashMap<>();
  private int guesses;
  private long lookups;

  private RuleLint(PolicyDocument document, Places places, List<Warning> warnings) {
    this.document = document;
    this.places = places;
    this.warnings = warnings;
    this.groups = document.nesting();
    document.policy().services().forEach(service -> services.put(service.id(), service));
    this.users = document.users().stream().map(User::id).collect(Collectors.toSet());
  }

  /** Whom and what a rule is about. */
  private record Scope(Who who, What what) {}

  /** Everything but the id. */
  private record Saying(
      boolean permits, Scope scope, EnforcementMode mode, @Nullable Condition condition) {}

  static void check(PolicyDocument document, Places places, List<Warning> warnings) {
    var lint = new RuleLint(document, places, warnings);
    for (Rule rule : document.policy().rules()) {
      if (rule instanceof Rule.Forbid && isCertain(rule)) {
        lint.forbids
            .computeIfAbsent(rule.who(), _ -> new HashMap<>())
            .putIfAbsent(rule.what(), rule);
      }
    }
    document.policy().rules().forEach(lint::checkReach);
    document.policy().rules().forEach(lint::checkCondition);
    lint.checkDuplicates();
    lint.checkPermits();
    if (lint.lookups > MOST_LOOKUPS) {
      warnings.add(
          new Warning(
              Place.START,
              Kind.INCOMPLETE,
              "there are too many groups and tags to look for a forbid over each permit"));
    }
  }

  /** Whether a rule decides whenever it is asked. */
  private static boolean isCertain(Rule rule) {
    return rule.mode() == EnforcementMode.ENFORCE
        && (rule.condition() == null
            || constant(rule.condition()).filter(result -> applies(rule, result)).isPresent());
  }

  private static boolean applies(Rule rule, ConditionResult result) {
    return switch (result) {
      case ConditionResult.Holds _ -> true;
      case ConditionResult.Fails _ -> false;
      case ConditionResult.Undecidable _ -> rule instanceof Rule.Forbid;
    };
  }

  /** Returns what a condition always gives, if it names nothing that it could look at. */
  private static Optional<ConditionResult> constant(Condition condition) {
    String rest = QUOTED.matcher(condition.text()).replaceAll("");
    if (rest.contains("\\") || WORD.matcher(rest).results().anyMatch(w -> !isConstant(w.group()))) {
      return Optional.empty();
    }
    try {
      return Optional.of(condition.evaluate(ANYBODY));
    } catch (RuntimeException e) {
      return Optional.empty(); // the engine denies then; that is no constant one can rely on
    }
  }

  private static boolean isConstant(String word) {
    return word.equals("true") || word.equals("false");
  }

  private void checkReach(Rule rule) {
    if (rule.who() instanceof Who.User(String id) && !users.isEmpty() && !users.contains(id)) {
      add(
          rule,
          Kind.UNKNOWN_USER,
          "rule '%s' names user '%s', who is not among the users of the tests%s"
              .formatted(rule.id(), id, guess(id, users)));
    }
  }

  // A guess compares with every name there is, so only the first ones are made.
  private String guess(String written, Set<String> names) {
    return guesses++ < 100 ? Guess.didYouMean(written, names) : "";
  }

  private void checkCondition(Rule rule) {
    if (rule.condition() == null) {
      return;
    }
    constant(rule.condition())
        .ifPresent(result -> {
          if (applies(rule, result)) {
            add(
                rule,
                Kind.CONSTANT_CONDITION,
                "the condition of rule '%s' names nothing and is always met: leave it out"
                    .formatted(rule.id()));
          } else {
            add(
                rule,
                Kind.RULE_NEVER_APPLIES,
                "the condition of rule '%s' names nothing and is never met, so the rule never applies"
                    .formatted(rule.id()));
          }
        });
  }

  private void checkDuplicates() {
    var seen = new HashMap<Saying, Rule>();
    for (Rule rule : document.policy().rules()) {
      var saying =
          new Saying(
              rule instanceof Rule.Permit,
              new Scope(rule.who(), rule.what()),
              rule.mode(),
              rule.condition());
      Rule first = seen.putIfAbsent(saying, rule);
      if (first != null) {
        add(
            rule,
            Kind.DUPLICATE_RULE,
            "rule '%s' says what rule '%s' says: remove one".formatted(rule.id(), first.id()));
      }
    }
  }

  private void checkPermits() {
    var permitted = new HashSet<What>();
    var under = new HashSet<Rule>();
    int permits = 0;
    for (Rule rule : document.policy().rules()) {
      if (rule instanceof Rule.Permit && rule.mode() == EnforcementMode.ENFORCE) {
        permits++;
        permitted.add(rule.what());
        findForbid(rule)
            .ifPresent(forbid -> {
              under.add(forbid);
              add(
                  rule,
                  Kind.PERMIT_UNDER_FORBID,
                  "permit '%s' lets nobody in, since forbid '%s' covers all of it"
                      .formatted(rule.id(), forbid.id()));
            });
      }
    }
    checkServices(permitted);
    long covered = warnings.stream().filter(w -> w.kind() == Kind.PERMIT_UNDER_FORBID).count();
    if (permits > 0 && covered == permits) {
      under.forEach(forbid ->
          add(
              forbid,
              Kind.FORBID_OF_EVERYTHING,
              "no permit is left uncovered by forbid '%s'%s: nobody reaches anything"
                  .formatted(forbid.id(), under.size() > 1 ? " and others" : "")));
    }
  }

  private void checkServices(Set<What> permitted) {
    for (Service service : services.values()) {
      if (!permitted.contains(What.service(service.id()))
          && service.tags().stream().map(What::tag).noneMatch(permitted::contains)) {
        warnings.add(
            new Warning(
                places.ofService(service.id()),
                Kind.NEVER_PERMITTED,
                "no rule permits anybody to reach service '%s'".formatted(service.id())));
      }
    }
  }

  /** Returns a forbid that applies wherever a permit does. */
  private Optional<Rule> findForbid(Rule permit) {
    List<Map<What, Rule>> candidates = covering.computeIfAbsent(permit.who(), this::covering);
    if (candidates.isEmpty() || lookups > MOST_LOOKUPS) {
      return Optional.empty();
    }
    List<What> wider = scopes.computeIfAbsent(permit.what(), this::scopesOf);
    lookups += (long) candidates.size() * wider.size();
    return candidates.stream()
        .flatMap(byWhat ->
            wider.stream().flatMap(what -> Optional.ofNullable(byWhat.get(what)).stream()))
        .findFirst();
  }

  /** Returns the forbids of those who are all that {@code who} is, or more. */
  private List<Map<What, Rule>> covering(Who who) {
    List<Who> scopes =
        who instanceof Who.Group(String name)
            ? groups.resolve(Set.of(name)).stream().sorted().map(Who::group).toList()
            : List.of(who);
    return scopes.stream()
        .flatMap(scope -> Optional.ofNullable(forbids.get(scope)).stream())
        .toList();
  }

  /** Returns what is all that {@code what} is, or more. */
  private List<What> scopesOf(What what) {
    return switch (what) {
      case What.OneService(String id) when services.containsKey(id) -> {
        var scopes = new ArrayList<What>(List.of(what));
        services.get(id).tags().stream().sorted().map(What::tag).forEach(scopes::add);
        yield scopes;
      }
      case What.OneService _, What.Tag _ -> List.of(what);
    };
  }

  private void add(Rule rule, Kind kind, String message) {
    warnings.add(new Warning(places.ofRule(rule.id()), kind, message));
  }
}
