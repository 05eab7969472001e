package io.aegis.policy;

import static io.aegis.policy.Samples.ALICE;
import static io.aegis.policy.Samples.IPV4_SOURCE;
import static io.aegis.policy.Samples.NOW;
import static io.aegis.policy.Samples.SESSION_END;
import static io.aegis.policy.Samples.WEB;
import static io.aegis.policy.Samples.engine;
import static io.aegis.policy.Samples.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.EnforcementMode;
import io.aegis.policy.ConditionResult.Fails;
import io.aegis.policy.ConditionResult.Holds;
import io.aegis.policy.ConditionResult.Undecidable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What conditions do to a decision, whatever language they are written in. */
final class ConditionTest {

  private static final Who USERS = Who.role("user");
  private static final What TO_WEB = What.service("web");
  private static final Input CLAIM = new Input.Claim("team");
  private static final Input FACT = new Input.DeviceFact("os_version");

  /** A condition that gives one result, whatever it is asked. */
  private record Given(String text, Function<AccessRequest, ConditionResult> result)
      implements Condition {

    @Override
    public String language() {
      return "given";
    }

    @Override
    public ConditionResult evaluate(AccessRequest request) {
      return result.apply(request);
    }
  }

  private static Condition holds(int seconds) {
    return new Given("holds", _ -> new Holds(in(seconds), Set.of(CLAIM)));
  }

  private static Condition fails(int seconds) {
    return new Given("fails", _ -> new Fails(in(seconds), Set.of(FACT)));
  }

  private static Condition undecidable(int seconds) {
    return new Given(
        "device.os_version == '1'",
        _ -> new Undecidable(in(seconds), Set.of(FACT), "device.os_version is absent"));
  }

  private static Instant in(int seconds) {
    return NOW.plusSeconds(seconds);
  }

  private static Decision decide(Rule... rules) {
    return engine(List.of(WEB), rules).decide(request(ALICE, IPV4_SOURCE, "web"));
  }

  private static Rule.Permit permit(String id, Condition condition) {
    return Rule.permit(id, USERS, TO_WEB).when(condition);
  }

  private static Rule.Forbid forbid(String id, Condition condition) {
    return Rule.forbid(id, USERS, TO_WEB).when(condition);
  }

  @Test
  void decide_permitThatHolds_permitsUntilItCouldLapse() {
    Decision decision = decide(permit("p", holds(10)));

    assertThat(decision).isInstanceOf(Decision.Permit.class);
    assertThat(decision.validUntil()).isEqualTo(in(10));
    assertThat(decision.inputsUsed()).contains(CLAIM, new Input.Session());
    assertThat(decision.text())
        .isEqualTo("rule 'p' permits role 'user' to reach service 'web' on a condition");
  }

  @Test
  void decide_permitsThatHold_permitAsLongAsTheLastOfThem() {
    assertThat(decide(permit("p", holds(10)), permit("q", holds(20))).validUntil())
        .isEqualTo(in(20));
    assertThat(decide(permit("p", holds(10)), Rule.permit("q", USERS, TO_WEB)).validUntil())
        .isEqualTo(SESSION_END);
  }

  @Test
  void decide_forbidThatFails_permitsUntilItCouldHold() {
    Decision decision =
        decide(Rule.permit("p", USERS, TO_WEB), forbid("f", fails(30)), forbid("g", fails(7)));

    assertThat(decision).isInstanceOf(Decision.Permit.class);
    assertThat(decision.validUntil()).isEqualTo(in(7));
    assertThat(decision.inputsUsed()).contains(FACT);
  }

  @Test
  void decide_permitThatFails_deniesUntilTheFirstCouldHold() {
    Decision decision = decide(permit("p", fails(10)), permit("q", undecidable(20)));

    assertThat(decision).isInstanceOf(Decision.Deny.class);
    assertThat(decision.validUntil()).isEqualTo(in(10));
    assertThat(decision.text())
        .isEqualTo(
            "rule 'p' permits role 'user' to reach service 'web' on a condition, which does not"
                + " hold; rule 'q' permits role 'user' to reach service 'web' on a condition, which"
                + " cannot be decided: device.os_version is absent");
  }

  @Test
  void decide_forbidThatHoldsOrIsUndecidable_deniesUntilTheLastCouldLapse() {
    Decision decision =
        decide(
            Rule.permit("p", USERS, TO_WEB), forbid("f", holds(10)), forbid("g", undecidable(20)));

    assertThat(decision).isInstanceOf(Decision.Deny.class);
    assertThat(decision.validUntil()).isEqualTo(in(20));
    assertThat(decision.text())
        .isEqualTo(
            "rule 'f' forbids role 'user' to reach service 'web' on a condition; rule 'g' forbids"
                + " role 'user' to reach service 'web' on a condition, which cannot be decided:"
                + " device.os_version is absent (what cannot be decided denies)");
  }

  /** What keeps a denial up after the forbid has lapsed: no permit applies either. */
  @Test
  void decide_denialOnTwoLegs_standsAsLongAsTheLongerOne() {
    assertThat(decide(permit("p", fails(20)), forbid("f", holds(10))).validUntil())
        .isEqualTo(in(20));
    assertThat(decide(permit("p", holds(20)), forbid("f", holds(10))).validUntil())
        .isEqualTo(in(10));
    assertThat(decide(forbid("f", holds(10))).validUntil()).isEqualTo(Instant.MAX);
  }

  @Test
  void decide_sourceThatIsRefusedAnyway_deniesForever() {
    var request = new AccessRequest(ALICE, IPV4_SOURCE, "web", NOW, SESSION_END, Set.of("bob"));
    PolicyEngine engine = engine(List.of(WEB), permit("p", fails(10)));

    Decision decision = engine.decide(request);

    assertThat(decision.validUntil()).isEqualTo(Instant.MAX);
    assertThat(decision.inputsUsed()).contains(new Input.FromSource(IPV4_SOURCE.address()));
    assertThat(decision.text()).contains("rule 'p'").doesNotContain("another user");
  }

  /** Whoever keeps inputs looks many times; conditions are asked once for that. */
  @Test
  void inputsUsed_lookedAtAgain_asksNoConditionAgain() {
    var asked = new AtomicInteger();
    Condition counted =
        new Given(
            "counted",
            _ -> {
              asked.incrementAndGet();
              return new Fails(in(10), Set.of(FACT));
            });
    Decision decision = decide(permit("p", counted));
    Set<Input> inputs = decision.inputsUsed();
    assertThat(inputs).contains(FACT, new Input.FromSource(IPV4_SOURCE.address()));
    int before = asked.get();

    assertThat(inputs.contains(CLAIM)).isFalse();
    assertThat(inputs).hasSize(inputs.size());
    assertThat(decision.text()).isEqualTo(decision.text());
    assertThat(asked.get() - before).isLessThanOrEqualTo(1); // the reasons, at their first look
  }

  /** One rule for each of very many groups: put together once, not once for each. */
  @Test
  void decide_ruleForEachOfManyGroups_meetsAllOfThem() {
    Set<String> groups = new HashSet<>();
    var rules = new ArrayList<Rule>();
    for (int i = 0; i < 20_000; i++) {
      groups.add("g" + i);
      rules.add(Rule.permit("p" + i, Who.group("g" + i), TO_WEB).when(holds(10)));
    }
    var member = Samples.principal("member", Set.of(), groups);
    PolicyEngine engine = engine(List.of(WEB), rules.toArray(Rule[]::new));

    Decision decision = engine.decide(request(member, IPV4_SOURCE, "web"));

    assertThat(decision.reasons()).hasSize(20_000);
    assertThat(decision.reasons().getFirst().text()).startsWith("rule 'p0' ");
  }

  /** A condition that cannot change the answer is not asked, and what it looks at is no input. */
  @Test
  void decide_asksOnlyConditionsThatMatter() {
    Condition never =
        new Given(
            "never",
            _ -> {
              throw new AssertionError("asked");
            });
    PolicyEngine engine =
        engine(
            List.of(WEB),
            Rule.permit("p", USERS, TO_WEB),
            Rule.forbid("f", Who.user("bob"), TO_WEB),
            permit("q", never),
            Rule.forbid("g", Who.user("bob"), TO_WEB).when(never));
    var bob = Samples.principal("bob", Set.of("user"), Set.of());

    assertThat(engine.decide(request(ALICE, IPV4_SOURCE, "web")))
        .isInstanceOf(Decision.Permit.class);
    assertThat(engine.decide(request(bob, IPV4_SOURCE, "web"))).isInstanceOf(Decision.Deny.class);
  }

  @Test
  void decide_conditionThatThrowsOrIsLate_closes() {
    List<Condition> broken =
        List.of(
            new Given(
                "throws",
                _ -> {
                  throw new IllegalStateException("oops");
                }),
            new Given("overflows", ConditionTest::endless),
            new Given("late", _ -> new Holds(NOW, Set.of())));
    Rule always = Rule.permit("a", USERS, TO_WEB);
    for (Condition condition : broken) {
      assertThat(decide(permit("p", condition))).isInstanceOf(Decision.Deny.class);
      assertThat(decide(always, forbid("f", condition))).isInstanceOf(Decision.Deny.class);
      assertThat(decide(always, permit("p", condition))).isInstanceOf(Decision.Permit.class);
    }
  }

  private static ConditionResult endless(AccessRequest request) {
    return request.at(request.now()).equals(request) ? endless(request) : endless(request.at(NOW));
  }

  @Test
  void decide_auditedRules_areOnlyTold() {
    var forbidden = new Rule.Forbid("f", USERS, TO_WEB, EnforcementMode.AUDIT, undecidable(1));
    var permitted = new Rule.Permit("p", USERS, TO_WEB, EnforcementMode.AUDIT, holds(1));

    Decision permit = decide(Rule.permit("a", USERS, TO_WEB), forbidden);
    assertThat(permit.validUntil()).isEqualTo(SESSION_END);
    assertThat(permit.text()).contains("rule 'f', in audit mode, would forbid", "is absent");
    Decision deny = decide(permitted);
    assertThat(deny).isInstanceOf(Decision.Deny.class);
    assertThat(deny.validUntil()).isEqualTo(Instant.MAX);
    assertThat(deny.text()).contains("has no permit", "rule 'p', in audit mode, would permit");
  }

  @Test
  void whatCanReach_takesConditionsAsTheySuit() {
    assertThat(engine(List.of(WEB), permit("p", fails(1))).whatCanReach(ALICE)).hasSize(1);
    assertThat(
            engine(List.of(WEB), permit("p", holds(1)), forbid("f", holds(1))).whatCanReach(ALICE))
        .hasSize(1);
  }
}
