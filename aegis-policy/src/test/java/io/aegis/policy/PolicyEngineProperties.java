package io.aegis.policy;

import static io.aegis.policy.Worlds.SECONDS;
import static io.aegis.policy.Worlds.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.EnforcementMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;

/** The laws of the engine. */
// Edge cases would fill most tries with the same few empty worlds.
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE)
@Domain(Worlds.class)
@Domain(DomainContext.Global.class)
final class PolicyEngineProperties {

  /** The plainest reading of the design page, without any index, is the model. */
  @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
  @Property
  void decide_isWhatThePlainReadingSays(@ForAll Policy policy, @ForAll AccessRequest request) {
    boolean permitted = isPermitted(policy, request);

    assertThat(permits(policy, request)).isEqualTo(permitted);
    Statistics.label("permitted").collect(permitted);
    Statistics.label("permitted")
        .coverage(coverage -> coverage.check(true).percentage(share -> share > 5));
  }

  @Property
  void decide_emptyPolicy_deniesEverything(@ForAll Policy policy, @ForAll AccessRequest request) {
    assertThat(permits(new Policy(1, List.of(), List.of()), request)).isFalse();
    assertThat(permits(new Policy(1, policy.services(), List.of()), request)).isFalse();
  }

  @Property
  void decide_orderOfRulesAndServices_isIrrelevant(
      @ForAll Policy policy, @ForAll AccessRequest request, @ForAll Random random) {
    var rules = new ArrayList<>(policy.rules());
    var services = new ArrayList<>(policy.services());
    Collections.shuffle(rules, random);
    Collections.shuffle(services, random);
    var shuffled = new Policy(policy.version(), services, rules);

    assertThat(PolicyEngine.compile(shuffled).decide(request)).isEqualTo(decide(policy, request));
    assertThat(PolicyEngine.compile(shuffled).explain(request))
        .isEqualTo(PolicyEngine.compile(policy).explain(request));
  }

  @Property
  void decide_addingAForbid_neverAdmitsMore(
      @ForAll Policy policy, @ForAll Rule rule, @ForAll AccessRequest request) {
    var forbid = new Rule.Forbid(rule.id(), rule.who(), rule.what(), rule.mode(), rule.condition());

    assertThat(permits(policy, request) || !permits(with(policy, forbid), request)).isTrue();
  }

  @Property
  void decide_addingAPermit_neverAdmitsLess(
      @ForAll Policy policy, @ForAll Rule rule, @ForAll AccessRequest request) {
    var permit = new Rule.Permit(rule.id(), rule.who(), rule.what(), rule.mode(), rule.condition());

    assertThat(!permits(policy, request) || permits(with(policy, permit), request)).isTrue();
  }

  @Property
  void decide_auditedRules_decideNothing(@ForAll Policy policy, @ForAll AccessRequest request) {
    List<Rule> enforced =
        policy.rules().stream().filter(rule -> rule.mode() == EnforcementMode.ENFORCE).toList();
    var withoutAudited = new Policy(policy.version(), policy.services(), enforced);

    assertThat(permits(withoutAudited, request)).isEqualTo(permits(policy, request));
  }

  /** By brute force over every second there is, and a nanosecond on each side of it. */
  @Property
  void decide_beforeValidUntil_staysTheSame(@ForAll Policy policy, @ForAll AccessRequest request) {
    assertStaysTheSame(PolicyEngine.compile(policy), request);
  }

  /**
   * The same where everything is about one user and one service, so that windows open and close.
   */
  @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
  @Property(tries = 2_000)
  void decide_beforeValidUntil_whereRulesCrowd_staysTheSame(
      @ForAll("crowded") Policy policy, @ForAll @IntRange(max = SECONDS) int second) {
    PolicyEngine engine = PolicyEngine.compile(policy);
    Instant now = START.plusSeconds(second);
    AccessRequest request =
        AccessRequest.of(Samples.ALICE, Samples.IPV4_SOURCE, "web", now, now.plusSeconds(SECONDS));

    assertStaysTheSame(engine, request);
    assertNeverMovesBack(engine, request);

    Decision decision = engine.decide(request);
    boolean shut =
        decision instanceof Decision.Permit
            && decision.validUntil().isBefore(request.sessionEnd())
            && engine.decide(request.at(decision.validUntil())) instanceof Decision.Deny;
    Statistics.label("shut by time").collect(shut);
    Statistics.label("shut by time")
        .coverage(coverage -> coverage.check(true).percentage(share -> share > 10));
  }

  @Provide
  Arbitrary<Policy> crowded() {
    return Worlds.windows()
        .list()
        .ofMinSize(2)
        .ofMaxSize(5)
        .map(windows -> {
          var rules = new ArrayList<Rule>();
          for (Condition window : windows) {
            String id = "rule-" + rules.size();
            Who alice = Who.user("alice");
            What web = What.service("web");
            boolean isForbid = rules.size() % 2 == 1;
            rules.add(
                isForbid
                    ? Rule.forbid(id, alice, web).when(window)
                    : Rule.permit(id, alice, web).when(window));
          }
          return new Policy(1, List.of(Samples.WEB), rules);
        });
  }

  private static void assertStaysTheSame(PolicyEngine engine, AccessRequest request) {
    Decision decision = engine.decide(request);
    assertThat(decision.validUntil()).isAfter(request.now());
    for (int nanos = -1; nanos <= 1; nanos++) {
      for (int second = 0; second <= 2 * SECONDS + 5; second++) {
        Instant instant = START.plusSeconds(second).plusNanos(nanos);
        if (!instant.isBefore(request.now()) && instant.isBefore(decision.validUntil())) {
          assertSame(decision, engine.decide(request.at(instant)));
        }
      }
    }
  }

  @Property
  void validUntil_neverMovesBackAsTimeGoesOn(@ForAll Policy policy, @ForAll AccessRequest request) {
    assertNeverMovesBack(PolicyEngine.compile(policy), request);
  }

  private static void assertNeverMovesBack(PolicyEngine engine, AccessRequest request) {
    Instant before = Instant.MIN;
    for (int second = 0; second <= 2 * SECONDS + 5; second++) {
      Instant now = engine.decide(request.at(START.plusSeconds(second))).validUntil();
      assertThat(now).isAfterOrEqualTo(before);
      before = now;
    }
  }

  @Property
  void decide_permit_endsWithTheSession(@ForAll Policy policy, @ForAll AccessRequest request) {
    if (decide(policy, request) instanceof Decision.Permit permit) {
      assertThat(permit.validUntil()).isBeforeOrEqualTo(request.sessionEnd());
      assertThat(permits(policy, request.at(request.sessionEnd()))).isFalse();
    }
  }

  /** Not only sound: without conditions it is the very instant at which the answer changes. */
  @Property
  void validUntil_withoutConditions_isTheEndOfTheSessionOrNever(
      @ForAll Policy policy, @ForAll AccessRequest request) {
    Policy plain = withoutConditions(policy);
    Instant expected = permits(plain, request) ? request.sessionEnd() : Instant.MAX;

    assertThat(decide(plain, request).validUntil()).isEqualTo(expected);
  }

  /** A permit that holds until ten and one that does until twenty: twenty. */
  @Property
  void validUntil_ofPermitsAlone_isThatOfTheLongestOfThem(
      @ForAll Policy policy, @ForAll AccessRequest request) {
    List<Rule> permits =
        policy.rules().stream().filter(rule -> rule instanceof Rule.Permit).toList();
    var all = new Policy(1, policy.services(), permits);
    Decision decision = decide(all, request);

    if (decision instanceof Decision.Permit) {
      Instant longest =
          permits.stream()
              .map(rule -> decide(new Policy(1, policy.services(), List.of(rule)), request))
              .filter(Decision.Permit.class::isInstance)
              .map(Decision::validUntil)
              .max(Instant::compareTo)
              .orElseThrow();
      assertThat(decision.validUntil()).isEqualTo(longest);
    }
  }

  @Property
  void grantExpiry_neverOutlivesTheDecisionOrTheLifetime(
      @ForAll Policy policy, @ForAll AccessRequest request) {
    if (decide(policy, request) instanceof Decision.Permit permit) {
      assertThat(permit.grantExpiry(request.now()))
          .isBeforeOrEqualTo(permit.validUntil())
          .isBeforeOrEqualTo(request.now().plus(permit.lifetime().hard()))
          .isAfter(request.now());
    }
  }

  @Property
  void decide_permit_opensOnlyTargetsOfTheServiceAndTheSourcesFamily(
      @ForAll Policy policy, @ForAll AccessRequest request) {
    if (decide(policy, request) instanceof Decision.Permit permit) {
      Service service = service(policy, request.serviceId());
      assertThat(service.targets()).containsAll(permit.targets());
      assertThat(permit.targets())
          .isNotEmpty()
          .allSatisfy(target ->
              assertThat(target.prefix().address().family())
                  .isEqualTo(request.source().address().family()));
    }
  }

  @Property
  void explain_agreesWithDecide(@ForAll Policy policy, @ForAll AccessRequest request) {
    Trace trace = PolicyEngine.compile(policy).explain(request);
    Decision decision = decide(policy, request);

    assertThat(trace.decision()).isEqualTo(decision);
    assertThat(trace.obstacles().isEmpty()).isEqualTo(decision instanceof Decision.Permit);
    if (decision instanceof Decision.Deny deny) {
      int told = deny.reasons().size();
      assertThat(trace.obstacles().subList(0, told)).isEqualTo(deny.reasons());
    }
    assertThat(trace.findings()).hasSameSizeAs(policy.rules());
  }

  @Property
  void whatCanReach_agreesWithDecide(
      @ForAll Policy policy, @ForAll Principal principal, @ForAll AccessRequest request) {
    PolicyEngine engine = PolicyEngine.compile(policy);
    List<Reach> reaches = engine.whatCanReach(principal);

    for (Service service : policy.services()) {
      if (service.targets().isEmpty()) {
        continue; // denied to everybody for its lack of an address, whatever the rules say
      }
      Optional<Reach> reach =
          reaches.stream().filter(each -> each.service().equals(service)).findFirst();
      assertThat(engine.whoCanReach(service.id(), List.of(principal)))
          .isEqualTo(reach.stream().toList());
      for (int second = 0; second <= SECONDS; second++) {
        boolean permitted =
            engine.decide(from(request, principal, service, second)) instanceof Decision.Permit;
        boolean certain = reach.isPresent() && !reach.get().isConditional();
        assertThat(permitted).isIn(reach.isPresent(), certain);
      }
    }
  }

  /** A request that nothing but rules can deny. */
  private static AccessRequest from(
      AccessRequest some, Principal principal, Service service, int second) {
    var source = new Source(service.targets().getFirst().prefix().address(), Assurance.MTLS);
    Instant now = START.plusSeconds(second);
    return new AccessRequest(
        principal, source, service.id(), now, now.plusSeconds(1), Set.of(), some.device());
  }

  @Property
  void diff_agreesWithWhatCanReach(
      @ForAll Policy before, @ForAll Policy after, @ForAll Principal principal) {
    PolicyEngine one = PolicyEngine.compile(before);
    PolicyEngine other = PolicyEngine.compile(after);
    Set<String> was = ids(one.whatCanReach(principal));
    Set<String> is = ids(other.whatCanReach(principal));

    for (ReachChange change : one.diff(other, List.of(principal))) {
      boolean lost = was.remove(change.serviceId());
      boolean gained = is.remove(change.serviceId());
      ReachChange.Kind expected = lost ? ReachChange.Kind.LOST : ReachChange.Kind.GAINED;
      assertThat(change.kind()).isEqualTo(lost && gained ? ReachChange.Kind.CHANGED : expected);
    }
    assertThat(was).isEqualTo(is);
    assertThat(one.diff(one, List.of(principal))).isEmpty();
  }

  private static Set<String> ids(List<Reach> reaches) {
    return reaches.stream().map(reach -> reach.service().id()).collect(Collectors.toSet());
  }

  @Property
  void replay_tellsExactlyWhatIsDecidedOtherwise(
      @ForAll Policy before,
      @ForAll Policy after,
      @ForAll @Size(max = 10) List<AccessRequest> requests) {
    PolicyEngine one = PolicyEngine.compile(before);
    PolicyEngine other = PolicyEngine.compile(after);
    List<RecordedRequest> records =
        requests.stream().map(each -> RecordedRequest.of(each, one.decide(each))).toList();

    assertThat(one.replay(records)).isEqualTo(new Replay(requests.size(), List.of()));
    Replay replay = other.replay(records);
    List<RecordedRequest> otherwise =
        records.stream()
            .filter(each -> permits(after, each.request()) != each.permitted())
            .toList();
    assertThat(replay.differences()).extracting(Replay.Difference::recorded).isEqualTo(otherwise);
    assertThat(replay.unchanged()).isEqualTo(records.size() - otherwise.size());
  }

  private static boolean isPermitted(Policy policy, AccessRequest request) {
    Principal principal = request.principal();
    if (!principal.active() || !request.now().isBefore(request.sessionEnd())) {
      return false;
    }
    return policy.services().stream()
        .filter(service -> service.id().equals(request.serviceId()))
        .anyMatch(service ->
            applies(policy, Rule.Permit.class, request, service)
                && !applies(policy, Rule.Forbid.class, request, service)
                && isOpenFrom(service, request));
  }

  private static boolean applies(
      Policy policy, Class<? extends Rule> effect, AccessRequest request, Service service) {
    return policy.rules().stream()
        .filter(rule -> effect.isInstance(rule) && rule.mode() == EnforcementMode.ENFORCE)
        .filter(rule -> rule.appliesTo(request.principal(), service))
        .anyMatch(rule -> isMet(rule, request));
  }

  /** A permit needs a condition that holds; a forbid anything but one that fails. */
  private static boolean isMet(Rule rule, AccessRequest request) {
    if (rule.condition() == null) {
      return true;
    }
    try {
      return switch (rule.condition().evaluate(request)) {
        case ConditionResult.Holds _ -> true;
        case ConditionResult.Fails _ -> false;
        case ConditionResult.Undecidable _ -> rule instanceof Rule.Forbid;
      };
    } catch (IllegalStateException e) {
      return rule instanceof Rule.Forbid;
    }
  }

  private static boolean isOpenFrom(Service service, AccessRequest request) {
    Set<String> others = request.otherPrincipalsOnSource();
    return request.source().assurance().compareTo(service.minimumAssurance()) >= 0
        && (others.isEmpty() || service.sharedSource() != SharedSource.REFUSE)
        && service.targets().stream()
            .map(target -> target.prefix().address().family())
            .anyMatch(family -> family == request.source().address().family());
  }

  private static Service service(Policy policy, String id) {
    return policy.services().stream().filter(s -> s.id().equals(id)).findFirst().orElseThrow();
  }

  private static Policy withoutConditions(Policy policy) {
    List<Rule> rules =
        policy.rules().stream()
            .<Rule>map(rule ->
                switch (rule) {
                  case Rule.Permit(String id, Who who, What what, EnforcementMode mode, var _) ->
                      new Rule.Permit(id, who, what, mode);
                  case Rule.Forbid(String id, Who who, What what, EnforcementMode mode, var _) ->
                      new Rule.Forbid(id, who, what, mode);
                })
            .toList();
    return new Policy(policy.version(), policy.services(), rules);
  }

  private static Policy with(Policy policy, Rule rule) {
    var rules = new ArrayList<>(policy.rules());
    rules.add(rule);
    return new Policy(policy.version() + 1, policy.services(), rules);
  }

  /** The same kind, and a permit opens the same; the words, and until when, may be others. */
  static void assertSame(Decision expected, Decision actual) {
    switch (expected) {
      case Decision.Permit permit -> {
        assertThat(actual).isInstanceOf(Decision.Permit.class);
        var other = (Decision.Permit) actual;
        assertThat(other.targets()).isEqualTo(permit.targets());
        assertThat(other.obligations()).isEqualTo(permit.obligations());
        assertThat(other.lifetime()).isEqualTo(permit.lifetime());
      }
      case Decision.Deny _ -> assertThat(actual).isInstanceOf(Decision.Deny.class);
    }
  }

  private static Decision decide(Policy policy, AccessRequest request) {
    return PolicyEngine.compile(policy).decide(request);
  }

  private static boolean permits(Policy policy, AccessRequest request) {
    return decide(policy, request) instanceof Decision.Permit;
  }
}
