package io.aegis.server.sync;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.server.sync.Distribution.Outcome;
import io.aegis.wire.IssuedGrant;
import io.aegis.wire.v1.AgentMessage;
import io.aegis.wire.v1.Delta;
import io.aegis.wire.v1.ItemErrorKind;
import io.aegis.wire.v1.Resume;
import io.aegis.wire.v1.Welcome;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The controller's end against agents that are slow, wrong, double or gone. */
class ControllerEndTest {

  private static final SyncTiming QUIET =
      new SyncTiming(
          Duration.ofSeconds(4),
          Duration.ofMillis(300),
          Duration.ofMinutes(5),
          Duration.ofMinutes(2),
          Duration.ofMinutes(5));

  private SyncRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new SyncRig(QUIET, 50).start();
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private ScriptedAgent connected() throws Exception {
    var agent = new ScriptedAgent(rig.name);
    assertThat(agent.connect().getResume()).isEqualTo(Resume.RESUME_SNAPSHOT);
    agent.takeSnapshot();
    return agent;
  }

  private CompletableFuture<Map<String, Outcome>> committed(GrantChange... changes) {
    return rig.sync.committed(List.of(changes), SyncRig.PATIENCE);
  }

  private static Outcome outcome(CompletableFuture<Map<String, Outcome>> future) throws Exception {
    return requireNonNull(future.get(10, TimeUnit.SECONDS).get("edge-1"));
  }

  @Test
  void firstMessage_otherThanHello_endsTheStream() throws Exception {
    try (var agent = new ScriptedAgent(rig.name)) {
      agent.nack(0, "first");
      assertThat(agent.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
  }

  @Test
  void hello_withBadFields_isRefusedByName() throws Exception {
    try (var agent = new ScriptedAgent(rig.name)) {
      agent.say(AgentMessage.newBuilder().setHello(agent.hello().clearInstance()));
      assertThat(agent.end().getDescription()).isEqualTo("instance: missing");
    }
    try (var agent = new ScriptedAgent(rig.name)) {
      agent.say(
          AgentMessage.newBuilder()
              .setHello(agent.hello().setDigest(com.google.protobuf.ByteString.EMPTY)));
      assertThat(agent.end().getDescription()).isEqualTo("digest: 16 bytes, not 0");
    }
  }

  @Test
  void hello_underAnotherName_isRefused() throws Exception {
    try (var agent = new ScriptedAgent(rig.name)) {
      agent.say(AgentMessage.newBuilder().setHello(agent.hello().setAgentId("edge-2")));
      assertThat(agent.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    }
  }

  @Test
  void agent_thatSawAHigherEpoch_isRefused() throws Exception {
    try (var agent = new ScriptedAgent(rig.name)) {
      agent.say(AgentMessage.newBuilder().setHello(agent.hello().setHighestEpoch(2)));
      Status end = agent.end();
      assertThat(end.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
      assertThat(end.getDescription()).contains("has applied epoch 2, this controller is at 1");
    }
  }

  @Test
  void secondAgent_ofAnotherInstallation_isRefusedWhileTheFirstSpeaks() throws Exception {
    try (var first = connected();
        var second = new ScriptedAgent(rig.name)) {
      second.say(AgentMessage.newBuilder().setHello(second.hello().setInstance("elsewhere")));
      assertThat(second.end().getCode()).isEqualTo(Status.Code.ALREADY_EXISTS);
      var future = committed(rig.state.put(SyncRig.grant(1)));
      first.take(first.nextDelta());
      assertThat(outcome(future)).isInstanceOf(Outcome.Enforced.class);
    }
  }

  @Test
  void secondAgent_ofAnotherBoot_isASecondAgent() throws Exception {
    try (var first = connected();
        var second = new ScriptedAgent(rig.name)) {
      second.say(AgentMessage.newBuilder().setHello(second.hello().clearBootId()));
      assertThat(second.end().getCode()).isEqualTo(Status.Code.ALREADY_EXISTS);
      assertThat(first.ended).isNotDone();
    }
  }

  @Test
  void secondAgent_replacesOneThatIsSilent() throws Exception {
    try (var first = connected()) {
      // Two lease renewals without a word.
      SyncRig.eventually(() -> canReplace(), "a newcomer is let in");
      assertThat(first.end().getDescription()).isEqualTo("replaced by a newer stream");
    }
  }

  private boolean canReplace() {
    try (var second = new ScriptedAgent(rig.name)) {
      second.say(AgentMessage.newBuilder().setHello(second.hello().setInstance("elsewhere")));
      return second.received.poll(100, TimeUnit.MILLISECONDS) != null;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void sameAgent_reconnected_replacesItsOldStream() throws Exception {
    try (var first = connected();
        var again = new ScriptedAgent(rig.name)) {
      again.connect();
      assertThat(first.end().getCode()).isEqualTo(Status.Code.ABORTED);
      assertThat(again.ended).isNotDone();
    }
  }

  @Test
  void agent_thatIsSilentForALease_isAway() throws Exception {
    try (var agent = connected()) {
      var future = committed(rig.state.put(SyncRig.grant(1)));
      assertThat(outcome(future)).isInstanceOf(Outcome.Away.class);
      assertThat(agent.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }
  }

  @Test
  void agent_thatDoesNotAnswer_isTimedOut() throws Exception {
    try (var agent = connected()) {
      var future =
          rig.sync.committed(List.of(rig.state.put(SyncRig.grant(1))), Duration.ofMillis(50));
      assertThat(outcome(future)).isInstanceOf(Outcome.TimedOut.class);
      assertThat(ScriptedAgent.upserts(agent.nextDelta())).containsExactly(1L);
    }
  }

  @Test
  void slowAgent_getsOnlyTheLatestOfEachGrant_andRemovesAtOnce() throws Exception {
    try (var agent = connected()) {
      List<Delta> unanswered = fillWindow(agent);
      Grant grant = SyncRig.grant(1);
      for (int version = 1; version <= 5; version++) {
        var _ = committed(rig.state.put(grant, version));
      }
      var _ = committed(rig.state.put(SyncRig.grant(2)));
      var _ = committed(rig.state.remove(2));
      var removed = committed(rig.state.remove(100));

      Delta first = agent.nextDelta();
      Delta second = agent.nextDelta();
      assertThat(List.of(ScriptedAgent.removes(first), ScriptedAgent.removes(second)))
          .containsExactly(List.of(2L), List.of(100L));
      assertThat(first.getUpsertsCount() + second.getUpsertsCount()).isZero();
      assertThat(agent.received).isEmpty();

      unanswered.forEach(agent::take);
      agent.take(first);
      agent.take(second);
      assertThat(outcome(removed)).isInstanceOf(Outcome.Enforced.class);
      Delta rest = agent.nextDelta();
      assertThat(ScriptedAgent.upserts(rest)).containsExactly(1L);
      agent.take(rest);
      assertThat(requireNonNull(agent.held.get(1L)).version()).isEqualTo(5);
      assertThat(agent.revision).isEqualTo(rig.state.position().revision());
    }
  }

  private List<Delta> fillWindow(ScriptedAgent agent) throws Exception {
    var unanswered = new ArrayList<Delta>();
    for (int i = 0; i < Outbox.WINDOW; i++) {
      var _ = committed(rig.state.put(SyncRig.grant(100 + i)));
      unanswered.add(agent.nextDelta());
    }
    return unanswered;
  }

  @Test
  void slowAgent_withTooMuchWaiting_getsASnapshot() throws Exception {
    try (var agent = connected()) {
      List<Delta> unanswered = fillWindow(agent);
      for (int i = 0; i <= 50; i++) {
        var _ = committed(rig.state.put(SyncRig.grant(1 + i)));
      }
      unanswered.forEach(agent::take);
      agent.takeSnapshot();
      assertThat(agent.held).hasSize(Outbox.WINDOW + 51);
      assertThat(agent.revision).isEqualTo(rig.state.position().revision());
    }
  }

  @Test
  void nack_isAnsweredByASnapshot_andWhoWaitsGetsHisAnswer() throws Exception {
    try (var agent = connected()) {
      var future = committed(rig.state.put(SyncRig.grant(1)));
      agent.nack(agent.nextDelta().getSerial(), "a gap");
      agent.takeSnapshot();
      assertThat(outcome(future)).isInstanceOf(Outcome.Enforced.class);
      assertThat(agent.held).containsOnlyKeys(1L);
    }
  }

  @Test
  void digest_thatDiffers_isAnsweredByASnapshot() throws Exception {
    try (var agent = connected()) {
      var _ = committed(rig.state.put(SyncRig.grant(1)));
      Delta delta = agent.nextDelta();
      // Acknowledged, not applied.
      agent.say(AgentMessage.newBuilder().setAck(agent.ack(delta.getSerial())));
      agent.takeSnapshot();
      assertThat(agent.held).containsOnlyKeys(1L);
    }
  }

  @Test
  void item_refusedByItsPlace_refusesTheRightGrant() throws Exception {
    try (var agent = connected()) {
      var future = committed(rig.state.put(SyncRig.grant(1)), rig.state.put(SyncRig.grant(2)));
      Delta delta = agent.nextDelta();
      agent.apply(delta);
      agent.held.remove(2L);
      agent.say(
          AgentMessage.newBuilder()
              .setAck(
                  agent
                      .ack(delta.getSerial())
                      .addErrors(
                          ScriptedAgent.error(1).toBuilder()
                              .setKind(ItemErrorKind.ITEM_ERROR_KIND_MALFORMED))));
      assertThat(outcome(future)).isEqualTo(new Outcome.Refused("MALFORMED: no"));
    }
  }

  @Test
  void ack_ofSomethingElse_endsTheStream() throws Exception {
    try (var agent = connected()) {
      agent.say(AgentMessage.newBuilder().setAck(agent.ack(4711)));
      assertThat(agent.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
  }

  @Test
  void agent_whoseAcknowledgementWasLost_goesOnByDelta() throws Exception {
    Map<Long, IssuedGrant> held = new HashMap<>();
    long revision;
    try (var agent = connected()) {
      var _ = committed(rig.state.put(SyncRig.grant(1)));
      agent.take(agent.nextDelta());
      var _ = committed(rig.state.put(SyncRig.grant(2)));
      agent.apply(agent.nextDelta());
      held.putAll(agent.held);
      revision = agent.revision;
    }
    SyncRig.eventually(() -> rig.sync.sessions().of("edge-1") == null, "the agent is away");
    rig.state.remove(1);
    rig.state.put(SyncRig.grant(3));

    try (var again = new ScriptedAgent(rig.name, held, revision)) {
      Welcome welcome = again.connect();
      assertThat(welcome.getResume()).isEqualTo(Resume.RESUME_DELTA);
      Delta delta = again.nextDelta();
      assertThat(delta.getFromRevision()).isEqualTo(revision);
      assertThat(ScriptedAgent.removes(delta)).containsExactly(1L);
      assertThat(ScriptedAgent.upserts(delta)).containsExactly(3L);
      again.take(delta);
      assertThat(again.held).containsOnlyKeys(2L, 3L);
    }
  }

  @Test
  void agent_thatHoldsSomethingElse_getsASnapshot() throws Exception {
    Map<Long, IssuedGrant> held = new HashMap<>();
    try (var agent = connected()) {
      var _ = committed(rig.state.put(SyncRig.grant(1)));
      agent.take(agent.nextDelta());
      held.putAll(agent.held);
    }
    SyncRig.eventually(() -> rig.sync.sessions().of("edge-1") == null, "the agent is away");
    held.remove(1L);
    try (var again = new ScriptedAgent(rig.name, held, 1)) {
      assertThat(again.connect().getResume()).isEqualTo(Resume.RESUME_SNAPSHOT);
      again.takeSnapshot();
      assertThat(again.held).containsOnlyKeys(1L);
    }
  }

  @Test
  void controller_restartedWithNothingChanged_goesOnByDelta() throws Exception {
    var _ = rig.state.put(SyncRig.grant(1));
    Map<Long, IssuedGrant> held;
    try (var agent = connected()) {
      held = agent.held;
    }
    try (var restarted = new SyncRig(QUIET)) {
      restarted.state.put(SyncRig.grant(1));
      // The same state as the first one's, byte for byte.
      restarted.state.copyFrom(rig.state);
      restarted.start();
      try (var again = new ScriptedAgent(restarted.name, held, 1)) {
        assertThat(again.connect().getResume()).isEqualTo(Resume.RESUME_DELTA);
      }
    }
  }

  @Test
  void activity_reported_isTheLatest_andOnlyOfTheLiveSession() throws Exception {
    try (var agent = new ScriptedAgent(rig.name)) {
      Welcome welcome = agent.connect();
      agent.takeSnapshot();
      var future = committed(rig.state.put(SyncRig.grant(1)));
      agent.take(agent.nextDelta());
      assertThat(outcome(future)).isInstanceOf(Outcome.Enforced.class);
      // No report yet is no report of nothing.
      assertThat(rig.sync.lastAdmitted(new GrantId(1))).isEmpty();

      Instant seen = Instant.parse("2026-03-04T05:06:07Z");
      agent.report(welcome.getSession(), 1, seen);
      SyncRig.eventually(
          () -> rig.sync.lastAdmitted(new GrantId(1)).equals(java.util.Optional.of(seen)),
          "the report arrives");
      agent.report(welcome.getSession(), 1, seen.minusSeconds(9));

      agent.report("another session", 1, seen.plusSeconds(9));
      assertThat(agent.telemetryEnded.get(10, TimeUnit.SECONDS).getCode())
          .isEqualTo(Status.Code.FAILED_PRECONDITION);
      assertThat(rig.sync.lastAdmitted(new GrantId(1))).contains(seen);
      assertThat(rig.sync.lastAdmitted(new GrantId(2))).isEmpty();
    }
  }
}
