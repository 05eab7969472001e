package io.aegis.policy;

import static io.aegis.policy.Samples.ALICE;
import static io.aegis.policy.Samples.IPV4_SOURCE;
import static io.aegis.policy.Samples.IPV4_TARGET;
import static io.aegis.policy.Samples.IPV6_TARGET;
import static io.aegis.policy.Samples.LIFETIME;
import static io.aegis.policy.Samples.WEB;
import static io.aegis.policy.Samples.engine;
import static io.aegis.policy.Samples.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.aegis.api.EnforcementMode;
import io.aegis.policy.RuleFinding.Effect;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What operators are told, and what users see in their list. */
final class ExplainTest {

  @Test
  void explain_tellsForEveryRuleWhatItDid() {
    var other = Service.of("other", LIFETIME, IPV4_TARGET);
    PolicyEngine engine =
        engine(
            List.of(WEB, other),
            Rule.forbid("e-forbid", Who.user("alice"), What.service("web")),
            Rule.permit("d-permit", Who.role("user"), What.service("web")),
            Rule.permit("c-bob", Who.user("bob"), What.service("web")),
            Rule.permit("b-other", Who.role("user"), What.service("other")),
            Rule.permit("a-unrelated", Who.group("staff"), What.tag("x")),
            new Rule.Permit(
                "f-audit", Who.role("user"), What.service("web"), EnforcementMode.AUDIT));

    Trace trace = engine.explain(request(ALICE, IPV4_SOURCE, "web"));

    assertThat(trace.findings())
        .extracting(finding -> finding.rule().id(), RuleFinding::effect)
        .containsExactly(
            tuple("a-unrelated", Effect.UNRELATED),
            tuple("b-other", Effect.OTHER_SERVICE),
            tuple("c-bob", Effect.OTHER_PRINCIPAL),
            tuple("d-permit", Effect.OVERRULED),
            tuple("e-forbid", Effect.APPLIES),
            tuple("f-audit", Effect.AUDIT_ONLY));
    assertThat(trace.findings().get(3).text())
        .isEqualTo(
            "rule 'd-permit' permits role 'user' to reach service 'web':"
                + " applies, but a forbid wins over it");
  }

  @Test
  void explain_tellsWhatCameOfConditions() {
    Who users = Who.role("user");
    What web = What.service("web");
    PolicyEngine engine =
        engine(
            List.of(WEB),
            Rule.permit("a", users, web).when(SmallLanguage.of("3598..3600")),
            Rule.permit("b", users, web).when(SmallLanguage.of("7..9")),
            Rule.permit("c", users, web).when(SmallLanguage.of("fact patched")),
            Rule.forbid("d", users, web).when(SmallLanguage.of("fact stolen")),
            Rule.forbid("e", Who.user("bob"), web).when(SmallLanguage.of("fact stolen")));

    Trace trace = engine.explain(request(ALICE, IPV4_SOURCE, "web"));

    assertThat(trace.findings())
        .extracting(RuleFinding::effect)
        .containsExactly(
            Effect.OVERRULED,
            Effect.UNMET,
            Effect.UNDECIDED,
            Effect.APPLIES,
            Effect.OTHER_PRINCIPAL);
    assertThat(trace.findings().subList(0, 4))
        .extracting(finding -> finding.text().split(": ", 2)[1])
        .containsExactly(
            "applies, but a forbid wins over it (3598..3600: holds until 2030-03-31T01:00:00Z)",
            "its condition does not hold (7..9: does not hold until 2030-03-31T01:00:07Z)",
            "its condition cannot be decided (fact patched: device.patched is absent)",
            "applies (fact stolen: device.stolen is absent)");
    assertThat(trace.findings().get(4).text()).endsWith(": is not about this principal");
  }

  @Test
  void explain_tellsEveryObstacleOfEveryKind() {
    var demanding =
        new Service(
            "db",
            "db",
            List.of(IPV6_TARGET),
            Set.of(),
            LIFETIME,
            Assurance.MTLS,
            SharedSource.REFUSE);
    var disabled =
        new Principal(
            "alice", "alice", false, Set.of(), Set.of(), Map.of(), ALICE.authentication());
    var request =
        new AccessRequest(disabled, IPV4_SOURCE, "db", Samples.NOW, Samples.NOW, Set.of("bob"));

    Trace trace = engine(List.of(demanding)).explain(request);

    assertThat(trace.obstacles())
        .extracting(Object::getClass)
        .containsExactly(
            Explanation.Inactive.class,
            Explanation.SessionOver.class,
            Explanation.NoPermit.class,
            Explanation.AssuranceTooLow.class,
            Explanation.FamilyUnbound.class,
            Explanation.SharedSourceRefused.class);
    assertThat(trace.decision().reasons()).isEqualTo(trace.obstacles().subList(0, 2));
  }

  @Test
  void explain_unknownService_isAboutNoRule() {
    Trace trace =
        engine(List.of(WEB), Rule.permitRole("user", "web"))
            .explain(request(ALICE, IPV4_SOURCE, "nothing"));

    assertThat(trace.obstacles()).containsExactly(new Explanation.UnknownService("nothing"));
    assertThat(trace.findings())
        .extracting(RuleFinding::effect)
        .containsExactly(Effect.OTHER_SERVICE);
  }

  @Test
  void whatCanReach_listsServicesOfTheRoleAndExtrasByName() {
    var zeta =
        new Service(
            "1",
            "zeta",
            List.of(IPV4_TARGET),
            Set.of(),
            LIFETIME,
            Assurance.IP,
            SharedSource.REFUSE);
    var alpha =
        new Service(
            "2",
            "alpha",
            List.of(IPV6_TARGET),
            Set.of(),
            LIFETIME,
            Assurance.MTLS,
            SharedSource.SHARED);
    var forbidden = Service.of("3", LIFETIME, IPV4_TARGET);
    PolicyEngine engine =
        engine(
            List.of(zeta, alpha, forbidden, WEB),
            Rule.permitRole("user", "1"),
            Rule.permitUser("alice", "2"),
            Rule.permitUser("alice", "3"),
            Rule.forbid("f", Who.role("user"), What.service("3")));

    assertThat(engine.whatCanReach(ALICE)).extracting(Reach::service).containsExactly(alpha, zeta);
  }

  @Test
  void whatCanReach_inactivePrincipal_isNothing() {
    var disabled =
        new Principal(
            "alice", "alice", false, Set.of("user"), Set.of(), Map.of(), ALICE.authentication());

    assertThat(engine(List.of(WEB), Rule.permitRole("user", "web")).whatCanReach(disabled))
        .isEmpty();
  }
}
