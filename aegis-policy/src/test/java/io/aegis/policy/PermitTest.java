package io.aegis.policy;

import static io.aegis.policy.Samples.ALICE;
import static io.aegis.policy.Samples.IPV4_SOURCE;
import static io.aegis.policy.Samples.IPV4_TARGET;
import static io.aegis.policy.Samples.IPV6_SOURCE;
import static io.aegis.policy.Samples.IPV6_TARGET;
import static io.aegis.policy.Samples.LIFETIME;
import static io.aegis.policy.Samples.NOW;
import static io.aegis.policy.Samples.SESSION_END;
import static io.aegis.policy.Samples.WEB;
import static io.aegis.policy.Samples.engine;
import static io.aegis.policy.Samples.principal;
import static io.aegis.policy.Samples.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.EnforcementMode;
import io.aegis.api.IpAddress;
import io.aegis.api.IpAddress.Family;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a permit says, and what may be made of it. */
final class PermitTest {

  private static final Rule PERMIT = Rule.permitRole("user", "web");

  @Test
  void decide_permittedByRole_saysUntilWhenWhyAndFromWhat() {
    Decision decision = engine(List.of(WEB), PERMIT).decide(request(ALICE, IPV4_SOURCE, "web"));

    assertThat(decision)
        .isEqualTo(
            new Decision.Permit(
                SESSION_END,
                List.of(new Explanation.ByRule(PERMIT)),
                Set.of(),
                Set.of(
                    new Input.User("alice"),
                    new Input.Role("user"),
                    new Input.OneService("web"),
                    new Input.FromSource(IPV4_SOURCE.address()),
                    new Input.Session(),
                    new Input.WholePolicy()),
                LIFETIME,
                List.of(IPV4_TARGET)));
    assertThat(decision.text())
        .isEqualTo(
            "rule 'permit:role:user:service:web' permits role 'user' to reach service 'web'");
  }

  @Test
  void decide_permittedByUserGroupOrTag_permits() {
    var tagged =
        new Service(
            "web",
            "web",
            List.of(IPV4_TARGET),
            Set.of("intranet"),
            LIFETIME,
            Assurance.IP,
            SharedSource.REFUSE);
    var bob = principal("bob", Set.of(), Set.of("staff"));
    for (Rule rule :
        List.of(
            Rule.permitUser("bob", "web"),
            Rule.permit("g", Who.group("staff"), What.service("web")),
            Rule.permit("t", Who.group("staff"), What.tag("intranet")))) {
      assertThat(engine(List.of(tagged), rule).decide(request(bob, IPV4_SOURCE, "web")).reasons())
          .containsExactly(new Explanation.ByRule(rule));
    }
  }

  @Test
  void decide_severalPermits_namesAllOfThemById() {
    var extra = Rule.permitUser("alice", "web");
    var early = Rule.permit("a", Who.role("user"), What.service("web"));
    PolicyEngine engine = engine(List.of(WEB), extra, PERMIT, early);

    assertThat(engine.decide(request(ALICE, IPV4_SOURCE, "web")).reasons())
        .containsExactly(
            new Explanation.ByRule(early),
            new Explanation.ByRule(PERMIT),
            new Explanation.ByRule(extra));
  }

  @Test
  void decide_forbidInAuditMode_permitsAndNamesIt() {
    var audited =
        new Rule.Forbid("trial", Who.role("user"), What.service("web"), EnforcementMode.AUDIT);

    Decision decision =
        engine(List.of(WEB), PERMIT, audited).decide(request(ALICE, IPV4_SOURCE, "web"));

    assertThat(decision).isInstanceOf(Decision.Permit.class);
    assertThat(decision.text())
        .endsWith("; rule 'trial', in audit mode, would forbid role 'user' to reach service 'web'");
  }

  @Test
  void decide_serviceOfBothFamilies_opensTheSourcesFamilyAndSaysWhatStaysClosed() {
    var dual = Service.of("web", LIFETIME, IPV6_TARGET, IPV4_TARGET);
    PolicyEngine engine = engine(List.of(dual), PERMIT);

    var overIpv4 = permit(engine, request(ALICE, IPV4_SOURCE, "web"));
    var overIpv6 = permit(engine, request(ALICE, IPV6_SOURCE, "web"));

    assertThat(overIpv4.targets()).containsExactly(IPV4_TARGET);
    assertThat(overIpv4.reasons())
        .contains(new Explanation.FamilyUnbound("alice", "web", Family.IPV6));
    assertThat(overIpv6.targets()).containsExactly(IPV6_TARGET);
    assertThat(overIpv6.reasons())
        .contains(new Explanation.FamilyUnbound("alice", "web", Family.IPV4));
  }

  @Test
  void decide_ipv4MappedSource_isIpv4() {
    var mapped = new Source(IpAddress.parse("::ffff:10.77.1.2"), Assurance.IP);

    assertThat(permit(engine(List.of(WEB), PERMIT), request(ALICE, mapped, "web")).targets())
        .containsExactly(IPV4_TARGET);
  }

  @Test
  void decide_sharedSource_followsTheService() {
    for (SharedSource sharedSource : SharedSource.values()) {
      var service =
          new Service(
              "web", "web", List.of(IPV4_TARGET), Set.of(), LIFETIME, Assurance.IP, sharedSource);
      PolicyEngine engine = engine(List.of(service), PERMIT);
      var shared = new AccessRequest(ALICE, IPV4_SOURCE, "web", NOW, SESSION_END, Set.of("bob"));

      switch (sharedSource) {
        case REFUSE -> assertThat(engine.decide(shared)).isInstanceOf(Decision.Deny.class);
        case TAKEOVER ->
            assertThat(permit(engine, shared).obligations())
                .containsExactly(new Obligation.TakeOver(Set.of("bob")));
        case SHARED -> assertThat(permit(engine, shared).obligations()).isEmpty();
      }
    }
  }

  @Test
  void decide_heldFromTheAddressByTheSamePrincipal_isNotShared() {
    var again = new AccessRequest(ALICE, IPV4_SOURCE, "web", NOW, SESSION_END, Set.of("alice"));

    assertThat(permit(engine(List.of(WEB), PERMIT), again).obligations()).isEmpty();
  }

  @Test
  void grantExpiry_isTheSoonerOfLifetimeAndDecision() {
    var permit = permit(engine(List.of(WEB), PERMIT), request(ALICE, IPV4_SOURCE, "web"));
    Duration hard = LIFETIME.hard();

    assertThat(permit.grantExpiry(NOW)).isEqualTo(SESSION_END);
    assertThat(permit.grantExpiry(SESSION_END.minus(hard).minusSeconds(1)))
        .isEqualTo(SESSION_END.minusSeconds(1));
  }

  @Test
  void grantExpiry_ofASessionWithoutEnd_isTheLifetime() {
    var endless = AccessRequest.of(ALICE, IPV4_SOURCE, "web", NOW, Instant.MAX);

    assertThat(permit(engine(List.of(WEB), PERMIT), endless).grantExpiry(NOW))
        .isEqualTo(NOW.plus(LIFETIME.hard()));
  }

  private static Decision.Permit permit(PolicyEngine engine, AccessRequest request) {
    Decision decision = engine.decide(request);
    assertThat(decision).as(decision.text()).isInstanceOf(Decision.Permit.class);
    return (Decision.Permit) decision;
  }
}
