package io.aegis.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;

/**
 * A decision stands while none of the inputs it used changes: the law that lets a server ask again
 * for the affected activations alone. Two worlds are compared; what differs between them is worked
 * out here as a server would that knows what was edited.
 */
@Domain(Worlds.class)
@Domain(DomainContext.Global.class)
final class InputsUsedProperties {

  // Edge cases would fill most tries with the same few empty worlds.
  @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
  @Property(tries = 5_000, edgeCases = EdgeCasesMode.NONE)
  void decide_whenNoInputItUsedChanged_decidesTheSame(
      @ForAll Policy policy,
      @ForAll Policy otherPolicy,
      @ForAll Rule addedRule,
      @ForAll AccessRequest request,
      @ForAll AccessRequest otherRequest,
      @ForAll @Size(min = 1, max = 2) Set<Edit> edits) {
    Policy changedPolicy = edit(policy, otherPolicy.services(), addedRule, edits);
    AccessRequest changedRequest = edit(request, otherRequest, edits);

    Decision before = PolicyEngine.compile(policy).decide(request);
    Decision after = PolicyEngine.compile(changedPolicy).decide(changedRequest);

    var changed = changedInputs(policy, changedPolicy);
    changed.addAll(changedInputs(request, changedRequest));
    boolean affected = !Collections.disjoint(changed, before.inputsUsed());
    if (!affected) {
      assertSame(before, after);
    }
    Statistics.label("untouched permit").collect(!affected && before instanceof Decision.Permit);
    Statistics.label("untouched permit")
        .coverage(coverage -> coverage.check(true).count(count -> count > 50));
  }

  /** What may happen to a world. */
  enum Edit {
    ADD_RULE,
    REMOVE_RULE,
    REPLACE_WEB,
    REPLACE_DB,
    REPLACE_PRINCIPAL,
    REPLACE_SOURCE,
    MOVE_SESSION_END
  }

  private static Policy edit(
      Policy policy, List<Service> otherServices, Rule addedRule, Set<Edit> edits) {
    var rules = new ArrayList<>(policy.rules());
    var services = new ArrayList<>(policy.services());
    for (Edit edit : edits) {
      switch (edit) {
        case ADD_RULE -> rules.add(addedRule);
        case REMOVE_RULE -> rules.removeFirst();
        case REPLACE_WEB -> services.set(0, otherServices.get(0));
        case REPLACE_DB -> services.set(1, otherServices.get(1));
        case REPLACE_PRINCIPAL, REPLACE_SOURCE, MOVE_SESSION_END -> {}
      }
    }
    return new Policy(policy.version() + 1, services, rules);
  }

  // Who asks, for what, when and from which address stays: another of these is another request.
  private static AccessRequest edit(AccessRequest one, AccessRequest other, Set<Edit> edits) {
    Principal principal = one.principal();
    if (edits.contains(Edit.REPLACE_PRINCIPAL)) {
      principal = withId(principal.id(), other.principal());
    }
    Source source = one.source();
    Set<String> others = one.otherPrincipalsOnSource();
    if (edits.contains(Edit.REPLACE_SOURCE)) {
      source = new Source(source.address(), other.source().assurance());
      others = other.otherPrincipalsOnSource();
    }
    boolean moved = edits.contains(Edit.MOVE_SESSION_END);
    Instant sessionEnd = moved ? other.sessionEnd() : one.sessionEnd();
    return new AccessRequest(principal, source, one.serviceId(), one.now(), sessionEnd, others);
  }

  private static Principal withId(String id, Principal other) {
    return new Principal(
        id,
        id,
        other.active(),
        other.roles(),
        other.groups(),
        other.claims(),
        other.authentication());
  }

  private static Set<Input> changedInputs(Policy one, Policy other) {
    var changed = new HashSet<Input>();
    difference(one.rules(), other.rules()).forEach(rule -> changed.add(input(rule.who())));
    difference(one.services(), other.services())
        .forEach(service -> changed.add(new Input.OneService(service.id())));
    return changed;
  }

  private static Set<Input> changedInputs(AccessRequest one, AccessRequest other) {
    var changed = new HashSet<Input>();
    if (!one.principal().equals(other.principal())) {
      changed.add(new Input.User(one.principal().id()));
    }
    if (!one.source().equals(other.source())
        || !one.otherPrincipalsOnSource().equals(other.otherPrincipalsOnSource())) {
      changed.add(new Input.FromSource(one.source().address()));
    }
    if (!one.sessionEnd().equals(other.sessionEnd())) {
      changed.add(new Input.Session());
    }
    return changed;
  }

  private static Input input(Who who) {
    return switch (who) {
      case Who.User(String id) -> new Input.User(id);
      case Who.Role(String name) -> new Input.Role(name);
      case Who.Group(String name) -> new Input.Group(name);
    };
  }

  private static <T> Set<T> difference(List<T> one, List<T> other) {
    var changed = new HashSet<>(one);
    changed.addAll(other);
    changed.removeIf(element -> one.contains(element) && other.contains(element));
    return changed;
  }

  /** A permit says the very same; a denial may find other words. */
  private static void assertSame(Decision expected, Decision actual) {
    switch (expected) {
      case Decision.Permit permit -> assertThat(actual).isEqualTo(permit);
      case Decision.Deny _ -> assertThat(actual).isInstanceOf(Decision.Deny.class);
    }
  }
}
