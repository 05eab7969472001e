package io.aegis.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import org.jspecify.annotations.Nullable;

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
      @ForAll @Size(min = 1, max = 2) Set<Edit> edits,
      @ForAll @IntRange(max = Worlds.SECONDS) int later) {
    Policy changedPolicy = edit(policy, otherPolicy.services(), addedRule, edits);
    AccessRequest changedRequest = edit(request, otherRequest, edits);

    Decision before = PolicyEngine.compile(policy).decide(request);
    Instant then = request.now().plusSeconds(later);
    boolean stands = then.isBefore(before.validUntil());
    Decision after =
        PolicyEngine.compile(changedPolicy)
            .decide(stands ? changedRequest.at(then) : changedRequest);

    var changed = changedInputs(policy, changedPolicy);
    changed.addAll(changedInputs(request, changedRequest));
    boolean affected = !Collections.disjoint(changed, before.inputsUsed());
    if (!affected) {
      PolicyEngineProperties.assertSame(before, after);
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
    REPLACE_CLAIMS,
    REPLACE_AUTHENTICATION,
    REPLACE_SOURCE,
    REPLACE_DEVICE,
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
        case REPLACE_PRINCIPAL,
            REPLACE_CLAIMS,
            REPLACE_AUTHENTICATION,
            REPLACE_SOURCE,
            REPLACE_DEVICE,
            MOVE_SESSION_END -> {}
      }
    }
    return new Policy(policy.version() + 1, services, rules);
  }

  // Who asks, for what, when and from which address stays: another of these is another request.
  private static AccessRequest edit(AccessRequest one, AccessRequest other, Set<Edit> edits) {
    Principal principal = edit(one.principal(), other.principal(), edits);
    Source source = one.source();
    Set<String> others = one.otherPrincipalsOnSource();
    if (edits.contains(Edit.REPLACE_SOURCE)) {
      Source from = other.source();
      source = new Source(source.address(), from.assurance(), from.link(), from.region());
      others = other.otherPrincipalsOnSource();
    }
    Device device = edits.contains(Edit.REPLACE_DEVICE) ? other.device() : one.device();
    boolean moved = edits.contains(Edit.MOVE_SESSION_END);
    Instant sessionEnd = moved ? other.sessionEnd() : one.sessionEnd();
    return new AccessRequest(
        principal, source, one.serviceId(), one.now(), sessionEnd, others, device);
  }

  private static Principal edit(Principal one, Principal other, Set<Edit> edits) {
    Principal account = edits.contains(Edit.REPLACE_PRINCIPAL) ? other : one;
    Principal claims = edits.contains(Edit.REPLACE_CLAIMS) ? other : one;
    Principal shown = edits.contains(Edit.REPLACE_AUTHENTICATION) ? other : one;
    return new Principal(
        one.id(),
        one.id(),
        account.active(),
        account.roles(),
        account.groups(),
        claims.claims(),
        shown.authentication());
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
    changed.addAll(changedInputs(one.principal(), other.principal()));
    changed.addAll(changedInputs(one.device(), other.device()));
    if (!one.source().equals(other.source())) {
      changed.add(new Input.SourceDetails());
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

  private static Set<Input> changedInputs(Principal one, Principal other) {
    var changed = new HashSet<Input>();
    if (one.active() != other.active()
        || !one.roles().equals(other.roles())
        || !one.groups().equals(other.groups())) {
      changed.add(new Input.User(one.id()));
    }
    if (!one.authentication().equals(other.authentication())) {
      changed.add(new Input.Authenticated());
    }
    differences(one.claims(), other.claims()).map(Input.Claim::new).forEach(changed::add);
    return changed;
  }

  private static Set<Input> changedInputs(@Nullable Device one, @Nullable Device other) {
    var changed = new HashSet<Input>();
    if (!Objects.equals(id(one), id(other))) {
      changed.add(new Input.DeviceId());
    }
    differences(facts(one), facts(other)).map(Input.DeviceFact::new).forEach(changed::add);
    return changed;
  }

  private static @Nullable String id(@Nullable Device device) {
    return device == null ? null : device.id();
  }

  private static Map<String, Fact> facts(@Nullable Device device) {
    return device == null ? Map.of() : device.facts();
  }

  private static Stream<String> differences(Map<String, ?> one, Map<String, ?> other) {
    return Stream.concat(one.keySet().stream(), other.keySet().stream())
        .filter(key -> !Objects.equals(one.get(key), other.get(key)));
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
}
