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
import io.aegis.api.IpAddress.Family;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each way to be denied, with its words, its inputs and its end. */
final class DenialTest {

  private static final Rule PERMIT = Rule.permitRole("user", "web");

  @Test
  void decide_withoutAnyRule_deniesNamingUserRolesAndService() {
    Decision.Deny deny = deny(engine(List.of(WEB)), request(ALICE, IPV4_SOURCE, "web"));

    assertThat(deny.text()).isEqualTo("alice (roles: user) has no permit for service 'web'");
    assertThat(deny.inputsUsed())
        .containsExactlyInAnyOrder(
            new Input.User("alice"),
            new Input.Role("user"),
            new Input.OneService("web"),
            new Input.WholePolicy());
  }

  @Test
  void decide_withoutPermit_namesRolesAndGroupsInAlphabeticalOrder() {
    var bob = principal("bob", Set.of("user", "admin"), Set.of("staff", "finance"));
    var carol = principal("carol", Set.of(), Set.of());
    PolicyEngine engine = engine(List.of(WEB));

    assertThat(engine.decide(request(bob, IPV4_SOURCE, "web")).text())
        .isEqualTo(
            "bob (roles: admin, user; groups: finance, staff) has no permit for service 'web'");
    assertThat(engine.decide(request(carol, IPV4_SOURCE, "web")).text())
        .isEqualTo("carol (no roles) has no permit for service 'web'");
  }

  @Test
  void decide_permitForAnotherUserRoleGroupServiceOrTag_denies() {
    var other = Service.of("other", LIFETIME, IPV6_TARGET);
    PolicyEngine engine =
        engine(
            List.of(WEB, other),
            Rule.permitUser("bob", "web"),
            Rule.permitRole("admin", "web"),
            Rule.permitRole("user", "other"),
            // The names of a user, a role and a group are three different things.
            Rule.permitUser("user", "web"),
            Rule.permitRole("alice", "web"),
            Rule.permit("g", Who.group("user"), What.service("web")),
            Rule.permit("t", Who.role("user"), What.tag("web")));

    assertThat(engine.decide(request(ALICE, IPV4_SOURCE, "web"))).isInstanceOf(Decision.Deny.class);
  }

  @Test
  void decide_inactivePrincipal_deniesWhateverTheRules() {
    var disabled =
        new Principal(
            "alice", "Alice", false, Set.of("user"), Set.of(), Map.of(), ALICE.authentication());

    Decision.Deny deny = deny(engine(List.of(WEB), PERMIT), request(disabled, IPV4_SOURCE, "web"));

    assertThat(deny.text()).isEqualTo("the account of Alice is disabled");
    assertThat(deny.inputsUsed()).contains(new Input.User("alice"));
  }

  @Test
  void decide_atAndAfterTheEndOfTheSession_denies() {
    PolicyEngine engine = engine(List.of(WEB), PERMIT);
    AccessRequest request = request(ALICE, IPV4_SOURCE, "web");

    assertThat(engine.decide(request.at(SESSION_END.minusNanos(1))))
        .isInstanceOf(Decision.Permit.class);
    Decision.Deny deny = deny(engine, request.at(SESSION_END));
    assertThat(deny.text())
        .isEqualTo("the session of alice ended at 2030-03-31T01:59:59Z (log in again)");
    assertThat(deny.inputsUsed()).contains(new Input.Session());
    assertThat(engine.decide(request.at(Instant.MAX))).isInstanceOf(Decision.Deny.class);
  }

  @Test
  void decide_unknownService_denies() {
    Decision.Deny deny =
        deny(engine(List.of(WEB), PERMIT), request(ALICE, IPV4_SOURCE, "payroll-db"));

    assertThat(deny.text()).isEqualTo("there is no service 'payroll-db'");
    assertThat(deny.inputsUsed())
        .containsExactlyInAnyOrder(new Input.OneService("payroll-db"), new Input.WholePolicy());
  }

  @Test
  void decide_unknownServiceWithLineBreaks_keepsTheReasonOnOneLine() {
    PolicyEngine engine = engine(List.of(WEB));

    assertThat(engine.decide(request(ALICE, IPV4_SOURCE, "x\nroot logged in")).text())
        .isEqualTo("there is no service 'x?root logged in'");
    assertThat(engine.decide(request(ALICE, IPV4_SOURCE, "x".repeat(10_000))).text())
        .hasSizeLessThan(300);
  }

  @Test
  void decide_forbidBesidePermit_deniesNamingTheForbid() {
    PolicyEngine engine =
        engine(
            List.of(WEB),
            PERMIT,
            Rule.forbid("freeze", Who.user("alice"), What.service("web")),
            Rule.forbid("ban", Who.role("user"), What.service("web")));

    assertThat(engine.decide(request(ALICE, IPV4_SOURCE, "web")).text())
        .isEqualTo(
            "rule 'ban' forbids role 'user' to reach service 'web'; "
                + "rule 'freeze' forbids user 'alice' to reach service 'web'");
  }

  @Test
  void decide_forbidOfTagOrGroup_winsOverPermitOfServiceAndUser() {
    var tagged =
        new Service(
            "web",
            "web",
            List.of(IPV4_TARGET),
            Set.of("production"),
            LIFETIME,
            Assurance.IP,
            SharedSource.REFUSE);
    var intern = principal("ian", Set.of(), Set.of("interns"));
    PolicyEngine engine =
        engine(
            List.of(tagged),
            Rule.permitUser("ian", "web"),
            Rule.forbid("no-interns", Who.group("interns"), What.tag("production")));

    Decision.Deny deny = deny(engine, request(intern, IPV4_SOURCE, "web"));

    assertThat(deny.text())
        .isEqualTo(
            "rule 'no-interns' forbids group 'interns' to reach services tagged 'production'");
    assertThat(deny.inputsUsed()).contains(new Input.Group("interns"));
  }

  @Test
  void decide_permitInAuditModeOnly_deniesAndNamesIt() {
    var audited =
        new Rule.Permit("trial", Who.role("user"), What.service("web"), EnforcementMode.AUDIT);

    assertThat(engine(List.of(WEB), audited).decide(request(ALICE, IPV4_SOURCE, "web")).text())
        .isEqualTo(
            "alice (roles: user) has no permit for service 'web'; "
                + "rule 'trial', in audit mode, would permit role 'user' to reach service 'web'");
  }

  @Test
  void decide_assuranceTooLow_deniesNamingBoth() {
    var demanding =
        new Service(
            "db",
            "db",
            List.of(IPV4_TARGET),
            Set.of(),
            LIFETIME,
            Assurance.WIREGUARD,
            SharedSource.REFUSE);
    PolicyEngine engine = engine(List.of(demanding), Rule.permitRole("user", "db"));

    Decision.Deny deny = deny(engine, request(ALICE, IPV4_SOURCE, "db"));

    assertThat(deny.text())
        .isEqualTo(
            "service 'db' needs a source of assurance wireguard or better, and this one has ip");
    assertThat(deny.inputsUsed())
        .containsExactlyInAnyOrder(
            new Input.FromSource(IPV4_SOURCE.address()),
            new Input.OneService("db"),
            new Input.WholePolicy());
    for (Assurance assurance : Assurance.values()) {
      var source = new Source(IPV4_SOURCE.address(), assurance);
      assertThat(engine.decide(request(ALICE, source, "db")) instanceof Decision.Permit)
          .isEqualTo(assurance == Assurance.WIREGUARD || assurance == Assurance.MTLS);
    }
  }

  @Test
  void decide_noTargetOfTheSourcesFamily_deniesNamingTheFamily() {
    var v6Only = Service.of("six", LIFETIME, IPV6_TARGET);
    PolicyEngine engine =
        engine(
            List.of(WEB, v6Only), Rule.permitRole("user", "six"), Rule.permitRole("user", "web"));

    Decision.Deny deny = deny(engine, request(ALICE, IPV4_SOURCE, "six"));

    assertThat(deny.reasons())
        .containsExactly(new Explanation.FamilyUnbound("alice", "six", Family.IPV6));
    assertThat(deny.text())
        .isEqualTo(
            "service 'six' has IPv6 targets, for which alice has no bound IPv6 source"
                + " (log in over IPv6)");
    assertThat(engine.decide(request(ALICE, IPV6_SOURCE, "web")).text()).contains("IPv4 source");
  }

  @Test
  void decide_serviceWithoutTargets_denies() {
    PolicyEngine engine =
        engine(List.of(Service.of("lost", LIFETIME)), Rule.permitRole("user", "lost"));

    assertThat(engine.decide(request(ALICE, IPV4_SOURCE, "lost")).text())
        .isEqualTo("service 'lost' has no known address at present");
  }

  @Test
  void decide_addressHeldByAnotherPrincipal_refusesWithoutNamingWhom() {
    PolicyEngine engine = engine(List.of(WEB), PERMIT);
    var shared = new AccessRequest(ALICE, IPV4_SOURCE, "web", NOW, SESSION_END, Set.of("mallory"));

    Decision.Deny deny = deny(engine, shared);

    assertThat(deny.text())
        .isEqualTo(
            "another user has service 'web' open from 10.77.1.2,"
                + " and it admits one user for each address");
    assertThat(deny.inputsUsed()).contains(new Input.FromSource(IPV4_SOURCE.address()));
  }

  @Test
  void decide_withoutPermit_tellsNothingOfTheDemandsOfTheService() {
    var demanding =
        new Service(
            "db",
            "db",
            List.of(IPV6_TARGET),
            Set.of(),
            LIFETIME,
            Assurance.MTLS,
            SharedSource.REFUSE);

    assertThat(engine(List.of(demanding)).decide(request(ALICE, IPV4_SOURCE, "db")).reasons())
        .singleElement()
        .isInstanceOf(Explanation.NoPermit.class);
  }

  private static Decision.Deny deny(PolicyEngine engine, AccessRequest request) {
    Decision decision = engine.decide(request);
    assertThat(decision).isInstanceOf(Decision.Deny.class);
    assertThat(decision.validUntil()).isEqualTo(Instant.MAX);
    return (Decision.Deny) decision;
  }
}
