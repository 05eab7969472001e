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

import io.aegis.policy.ReachChange.Kind;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What another policy means: who gains, who loses, what would have been decided otherwise. */
final class DiffTest {

  private static final Service DB = Service.of("db", LIFETIME, IPV4_TARGET);
  private static final Service MAIL = Service.of("mail", LIFETIME, IPV4_TARGET);
  private static final Principal BOB = Samples.principal("bob", Set.of("admin"), Set.of());

  private final PolicyEngine before =
      engine(
          List.of(WEB, DB, MAIL),
          Rule.permitRole("user", "web"),
          Rule.permitRole("admin", "db"),
          Rule.permitRole("admin", "mail"));

  @Test
  void diff_tellsWhoGainsLosesAndKeepsUnderOtherTerms() {
    Service moved = Service.of("mail", LIFETIME, IPV6_TARGET);
    PolicyEngine after =
        engine(
            List.of(WEB, DB, moved),
            Rule.permitRole("user", "web"),
            Rule.permitRole("user", "db"),
            Rule.permitRole("admin", "mail"));

    List<ReachChange> changes = before.diff(after, List.of(ALICE, BOB));

    assertThat(changes)
        .extracting(each -> each.principal().id(), ReachChange::serviceId, ReachChange::kind)
        .containsExactly(
            tuple("alice", "db", Kind.GAINED),
            tuple("bob", "db", Kind.LOST),
            tuple("bob", "mail", Kind.CHANGED));
    assertThat(after.diff(after, List.of(ALICE, BOB))).isEmpty();
    assertThat(before.diff(after, List.of(ALICE, BOB), Set.of("mail", "gone"))).hasSize(1);
  }

  @Test
  void diff_rulesThatOpenTheSame_areNoChange() {
    PolicyEngine after =
        engine(
            List.of(WEB, DB, MAIL),
            Rule.permit("renamed", Who.role("user"), What.service("web")),
            Rule.permit("twice", Who.role("admin"), What.service("db")),
            Rule.permit("thrice", Who.role("admin"), What.service("db")),
            Rule.permitRole("admin", "mail"));

    assertThat(before.diff(after, List.of(ALICE, BOB))).isEmpty();
  }

  @Test
  void diff_anotherCondition_isAChange() {
    Rule plain = Rule.permit("p", Who.role("user"), What.service("web"));
    PolicyEngine atNight =
        engine(
            List.of(WEB, DB, MAIL),
            Rule.permit("p", Who.role("user"), What.service("web")).when(SmallLanguage.of("2..5")));

    assertThat(engine(List.of(WEB), plain).diff(atNight, List.of(ALICE)))
        .extracting(ReachChange::kind)
        .containsExactly(Kind.CHANGED);
    assertThat(atNight.diff(atNight, List.of(ALICE))).isEmpty();
    assertThat(before.diff(engine(List.of(WEB)), List.of(ALICE)))
        .extracting(ReachChange::kind)
        .containsExactly(Kind.LOST);
  }

  @Test
  void whoCanReach_listsThePrincipalsThatTheRulesLet() {
    assertThat(before.whoCanReach("db", List.of(ALICE, BOB)))
        .extracting(reach -> reach.principal().id(), Reach::isConditional)
        .containsExactly(tuple("bob", false));
    assertThat(before.whoCanReach("gone", List.of(ALICE, BOB))).isEmpty();
  }

  @Test
  void replay_tellsWhatWouldHaveBeenDecidedOtherwise() {
    AccessRequest permitted = request(ALICE, IPV4_SOURCE, "web");
    AccessRequest denied = request(ALICE, IPV4_SOURCE, "db");
    List<RecordedRequest> records =
        List.of(
            RecordedRequest.of(permitted, before.decide(permitted)),
            RecordedRequest.of(denied, before.decide(denied)));

    assertThat(before.replay(records)).isEqualTo(new Replay(2, List.of()));
    Replay replay = engine(List.of(WEB, DB), Rule.permitRole("user", "db")).replay(records);
    assertThat(replay.unchanged()).isZero();
    assertThat(replay.differences())
        .extracting(each -> each.recorded().permitted(), each -> each.decision().text())
        .containsExactly(
            tuple(true, "alice (roles: user) has no permit for service 'web'"),
            tuple(
                false,
                "rule 'permit:role:user:service:db' permits role 'user' to reach service 'db'"));
  }
}
