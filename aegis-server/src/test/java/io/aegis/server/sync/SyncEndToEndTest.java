package io.aegis.server.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Receipt;
import io.aegis.api.Target;
import io.aegis.server.sync.Distribution.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both ends together, nothing broken. */
class SyncEndToEndTest {

  @TempDir private Path directory;
  private SyncRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new SyncRig(SyncRig.FAST).start();
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  private static List<GrantId> ids(SyncRig.Agent agent) {
    return agent.enforcer().grants().stream().map(Grant::id).toList();
  }

  @Test
  void grant_committed_isInForceWhenTheOutcomeSaysSo() throws Exception {
    var agent = rig.agent(directory).start().connected();

    Map<String, Outcome> outcomes = rig.commit(rig.state.put(SyncRig.grant(1)));

    assertThat(ids(agent)).containsExactly(new GrantId(1));
    assertThat(outcomes).containsOnlyKeys("edge-1");
    assertThat(outcomes.get("edge-1"))
        .isInstanceOfSatisfying(
            Outcome.Enforced.class,
            enforced ->
                assertThat(enforced.receipts())
                    .singleElement()
                    .satisfies(receipt -> {
                      assertThat(receipt.grantId()).isEqualTo(new GrantId(1));
                      assertThat(receipt.change()).isEqualTo(Receipt.Change.UPSERTED);
                    }));
  }

  @Test
  void grant_removed_isGoneWhenTheOutcomeSaysSo() throws Exception {
    var agent = rig.agent(directory).start().connected();
    var _ = rig.commit(rig.state.put(SyncRig.grant(1)), rig.state.put(SyncRig.grant(2)));

    Map<String, Outcome> outcomes = rig.commit(rig.state.remove(1));

    assertThat(ids(agent)).containsExactly(new GrantId(2));
    assertThat(outcomes.get("edge-1"))
        .isInstanceOfSatisfying(
            Outcome.Enforced.class,
            enforced ->
                assertThat(enforced.receipts())
                    .extracting(Receipt::change)
                    .containsExactly(Receipt.Change.REMOVED));
  }

  @Test
  void softExpiry_extended_movesNothingElse() throws Exception {
    var agent = rig.agent(directory).start().connected();
    Grant grant = SyncRig.grant(1).withIdleLimit(Duration.ofSeconds(2));
    var _ = rig.commit(rig.state.put(grant));

    Grant extended = grant.withSoftExpiry(grant.softExpiry().plusSeconds(30));
    var outcomes = rig.commit(rig.state.put(extended));

    // Its idle time would have begun anew, had it been applied anew; the receipt tells.
    assertThat(outcomes.get("edge-1")).isEqualTo(new Outcome.Enforced(List.of()));
    assertThat(agent.enforcer().grants()).containsExactly(extended);
  }

  @Test
  void softExpiry_farAhead_isRefused() throws Exception {
    var agent = rig.agent(directory).start().connected();
    Grant grant = SyncRig.grant(1);
    var outcomes = rig.commit(rig.state.put(grant.withSoftExpiry(grant.hardExpiry())));
    assertThat(outcomes.get("edge-1"))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> assertThat(refused.message()).contains("more than 5 minutes ahead"));
    assertThat(ids(agent)).isEmpty();
  }

  @Test
  void agent_away_isReportedAndGetsItLater() throws Exception {
    var agent = rig.agent(directory).start().connected();
    agent.close();
    SyncRig.eventually(() -> rig.sync.sessions().of("edge-1") == null, "the session ends");

    Map<String, Outcome> outcomes = rig.commit(rig.state.put(SyncRig.grant(1)));
    assertThat(outcomes.get("edge-1")).isInstanceOf(Outcome.Away.class);

    var again = rig.agent(directory).start().connected();
    SyncRig.eventually(() -> !again.enforcer().grants().isEmpty(), "the grant arrives");
    assertThat(ids(again)).containsExactly(new GrantId(1));
  }

  @Test
  void agent_returningAfterRemovals_dropsWhatIsGone() throws Exception {
    var agent = rig.agent(directory).start().connected();
    var _ = rig.commit(rig.state.put(SyncRig.grant(1)), rig.state.put(SyncRig.grant(2)));
    // The stream breaks, the enforcer keeps what it has.
    rig.listener.close();
    SyncRig.eventually(() -> !agent.runtime().status().isConnected(), "the agent notices");
    var away = rig.commit(rig.state.remove(1), rig.state.put(SyncRig.grant(3)));
    assertThat(away.get("edge-1")).isInstanceOf(Outcome.Away.class);
    assertThat(ids(agent)).containsExactly(new GrantId(1), new GrantId(2));

    try (var listener = new LocalListener(rig.sync, "edge-1", rig.name)) {
      listener.start();
      SyncRig.eventually(
          () -> ids(agent).equals(List.of(new GrantId(2), new GrantId(3))),
          "only what is desired is in force");
    }
  }

  @Test
  void capacity_exhausted_isRefusedAndRemovalsAreApplied() throws Exception {
    var agent = rig.agent(directory, 2).start().connected();
    var _ = rig.commit(rig.state.put(SyncRig.grant(1)), rig.state.put(SyncRig.grant(2)));

    Map<String, Outcome> full = rig.commit(rig.state.put(SyncRig.grant(3)));
    assertThat(full.get("edge-1"))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> assertThat(refused.message()).contains("EXHAUSTED").contains("grant 3"));
    assertThat(ids(agent)).containsExactly(new GrantId(1), new GrantId(2));

    var removed = rig.commit(rig.state.remove(1));
    assertThat(removed.get("edge-1")).isInstanceOf(Outcome.Enforced.class);
    // What was refused is offered again with the next extension, now that there is room.
    SyncRig.eventually(
        () -> ids(agent).equals(List.of(new GrantId(2), new GrantId(3))), "the refused one fits");
  }

  @Test
  void target_beyondTheGuards_isRefusedByTheEnvelope() throws Exception {
    var agent = rig.agent(directory).start().connected();
    Grant plain = SyncRig.grant(1);
    Grant wide =
        Grant.until(
            plain.id(),
            plain.client(),
            new Target(
                io.aegis.api.Prefix.parse("10.0.0.0/8"),
                Protocol.TCP,
                io.aegis.api.PortRange.of(443)),
            plain.softExpiry());

    Map<String, Outcome> outcomes = rig.commit(rig.state.put(wide));

    assertThat(outcomes.get("edge-1"))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> assertThat(refused.message()).startsWith("ENVELOPE: ").contains("guards"));
    assertThat(ids(agent)).isEmpty();
  }

  @Test
  void target_elsewhere_concernsNobody() throws Exception {
    var agent = rig.agent(directory).start().connected();
    Grant elsewhere =
        Grant.until(
            new GrantId(1),
            IpAddress.parse("10.77.0.1"),
            Target.of(IpAddress.parse("10.78.0.1"), Protocol.TCP, 443),
            SyncRig.grant(1).softExpiry());
    assertThat(rig.commit(rig.state.put(elsewhere))).isEmpty();
    assertThat(rig.sync.guarding(elsewhere.target())).isEmpty();
    assertThat(rig.sync.guarding(SyncRig.grant(1).target())).containsExactly("edge-1");
    assertThat(ids(agent)).isEmpty();
  }

  @Test
  void grant_movedElsewhere_isRemovedHere() throws Exception {
    var agent = rig.agent(directory).start().connected();
    var _ = rig.commit(rig.state.put(SyncRig.grant(1)));
    Grant elsewhere =
        Grant.until(
            new GrantId(1),
            IpAddress.parse("10.77.0.1"),
            Target.of(IpAddress.parse("10.78.0.1"), Protocol.TCP, 443),
            SyncRig.grant(1).softExpiry());
    assertThat(rig.commit(rig.state.put(elsewhere, 2))).isEmpty();
    SyncRig.eventually(() -> ids(agent).isEmpty(), "it is removed");
  }

  @Test
  void announcement_lost_isMadeUpFromTheLog() throws Exception {
    var agent = rig.agent(directory).start().connected();
    rig.state.put(SyncRig.grant(1));
    SyncRig.eventually(() -> ids(agent).equals(List.of(new GrantId(1))), "the next turn finds it");
  }

  @Test
  void announcements_inTheWrongOrder_areBothEnforced() throws Exception {
    var agent = rig.agent(directory).start().connected();
    GrantChange first = rig.state.put(SyncRig.grant(1));
    GrantChange second = rig.state.put(SyncRig.grant(2));
    assertThat(rig.commit(second).get("edge-1")).isInstanceOf(Outcome.Enforced.class);
    assertThat(rig.commit(first).get("edge-1"))
        .isInstanceOfSatisfying(
            Outcome.Enforced.class, enforced -> assertThat(enforced.receipts()).hasSize(1));
    assertThat(ids(agent)).containsExactly(new GrantId(1), new GrantId(2));
  }

  @Test
  void changeLog_tooShort_leadsToASnapshot() throws Exception {
    var agent = rig.agent(directory).start().connected();
    var _ = rig.commit(rig.state.put(SyncRig.grant(1)));
    rig.state.remove(1);
    rig.state.put(SyncRig.grant(2));
    rig.state.forgetLog();
    SyncRig.eventually(() -> ids(agent).equals(List.of(new GrantId(2))), "the snapshot arrives");
  }

  @Test
  void lastAdmitted_withoutReports_isTheIssue() throws Exception {
    rig.agent(directory).start().connected();
    assertThat(rig.sync.lastAdmitted(new GrantId(1))).isEmpty();
    var _ = rig.commit(rig.state.put(SyncRig.grant(1)));
    SyncRig.eventually(
        () -> rig.sync.lastAdmitted(new GrantId(1)).isPresent(), "the agent reports");
    assertThat(rig.sync.lastAdmitted(new GrantId(1))).contains(FakeDesiredState.ISSUED);
  }
}
