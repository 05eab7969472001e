package io.aegis.policy.cel;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.EnforcementMode;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.policy.AccessRequest;
import io.aegis.policy.Decision;
import io.aegis.policy.Lifetime;
import io.aegis.policy.Policy;
import io.aegis.policy.PolicyEngine;
import io.aegis.policy.Rule;
import io.aegis.policy.Service;
import io.aegis.policy.What;
import io.aegis.policy.Who;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Until when decisions stand whose rules have conditions in CEL, by brute force. */
class DecisionProperties {

  private static final Duration SESSION = Duration.ofDays(2);
  private static final Duration STEP = Duration.ofMinutes(11);

  /** What a rule is made of but its id. */
  record Draft(boolean permit, EnforcementMode mode, String condition) {
    Rule rule(String id) {
      var compiled = Requests.compile(condition);
      return permit
          ? new Rule.Permit(id, Who.role("staff"), What.service("web"), mode, compiled)
          : new Rule.Forbid(id, Who.group("finance"), What.service("web"), mode, compiled);
    }
  }

  @Provide
  Arbitrary<List<Draft>> rules() {
    Arbitrary<String> conditions =
        Texts.conditions(Arbitraries.oneOf(Texts.timed(), Texts.timed(), Texts.timeless()));
    Arbitrary<EnforcementMode> modes =
        Arbitraries.of(EnforcementMode.ENFORCE, EnforcementMode.ENFORCE, EnforcementMode.AUDIT);
    return Combinators.combine(Arbitraries.of(true, true, false), modes, conditions)
        .as(Draft::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(5);
  }

  @Property(tries = 300)
  void decision_is_the_same_at_every_instant_before(
      @ForAll("rules") List<Draft> drafts, @ForAll("hours") int hour) {
    PolicyEngine engine = PolicyEngine.compile(policy(drafts));
    Instant now = Instant.parse("2026-03-27T00:00:00Z").plus(Duration.ofHours(hour));
    AccessRequest request =
        AccessRequest.of(
                Requests.alice(now.minusSeconds(1_000)),
                Requests.known(),
                "web",
                now,
                now.plus(SESSION))
            .from(Requests.laptop(now.minusSeconds(2_000)));

    Decision decision = engine.decide(request);

    assertThat(decision.validUntil()).isAfter(now);
    Instant last = earlier(decision.validUntil(), now.plus(Duration.ofDays(4)));
    for (Instant at = now; at.isBefore(last); at = at.plus(STEP)) {
      assertThat(engine.decide(request.at(at)).getClass())
          .as("at " + at + " of " + decision)
          .isEqualTo(decision.getClass());
    }
    assertThat(engine.decide(request.at(last.minusNanos(1))).getClass())
        .isEqualTo(decision.getClass());
    if (decision instanceof Decision.Permit) {
      assertThat(decision.validUntil()).isBeforeOrEqualTo(request.sessionEnd());
    }
  }

  @Provide
  Arbitrary<Integer> hours() {
    return Arbitraries.integers().between(0, 96);
  }

  private static Policy policy(List<Draft> drafts) {
    Target target = Target.of(IpAddress.parse("10.77.2.7"), Protocol.TCP, 443);
    Service web = Service.of("web", Lifetime.ofHard(Duration.ofHours(8)), target);
    var rules = new ArrayList<Rule>();
    for (Draft draft : drafts) {
      rules.add(draft.rule("rule " + rules.size()));
    }
    return new Policy(1, List.of(web), rules);
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }
}
