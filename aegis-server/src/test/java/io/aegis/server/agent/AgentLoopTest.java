package io.aegis.server.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.GrantId;
import io.aegis.enforcer.spi.Health;
import io.aegis.wire.WireCodec;
import io.aegis.wire.v1.ControllerMessage;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loop over minutes and hours, with the timing that the stock controller grants. */
final class AgentLoopTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration TURN = AgentLoop.TURN;

  @TempDir private Path directory;
  private SteppedRig rig;

  @BeforeEach
  void open() throws Exception {
    rig = new SteppedRig(directory, FailMode.CLOSED, 1);
  }

  private void rig(FailMode mode) throws Exception {
    rig(mode, 1);
  }

  private void rig(FailMode mode, int controllers) throws Exception {
    rig.close();
    rig = new SteppedRig(directory, mode, controllers);
  }

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  /** The controller goes away and every dialing after it is refused. */
  private void partition() {
    rig.next =
        executor -> {
          SteppedChannel refusing = SteppedChannel.hanging(executor);
          executor.execute(() -> refusing.end(Status.UNAVAILABLE));
          return refusing;
        };
    rig.channel().end(Status.UNAVAILABLE);
  }

  @Test
  void staticBounded_inAPartition_extendsToFifteenMinutesAfterTheLastContact() throws Exception {
    rig(FailMode.STATIC_BOUNDED);
    rig.begin(rig.grant(1, HOUR));
    Instant contact = rig.now();
    partition();
    for (int minute = 1; minute <= 14; minute++) {
      rig.pass(Duration.ofMinutes(1));
      assertThat(rig.left()).as("after %s minutes", minute).isPositive();
    }
    rig.pass(Duration.ofMinutes(30));
    assertThat(rig.enforcer.grants().getFirst().softExpiry())
        .isEqualTo(contact.plus(PartitionExtender.BOUND));
    assertThat(rig.dialed).as("it dialed all the time").hasSizeGreaterThan(80);
  }

  @Test
  void tombstones_areForgottenByTheControllersClockAlone() throws Exception {
    rig.ledger.beginEpoch(1);
    var batch = new Ledger.Batch();
    batch.removed(new GrantId(1), 4, rig.now());
    rig.ledger.note(batch);
    rig.pass(HOUR.multipliedBy(3));
    assertThat(rig.ledger.get(new GrantId(1))).as("no controller was heard").isNotNull();

    for (int dialed = rig.dialed.size(); rig.dialed.size() == dialed; ) {
      rig.pass(TURN);
    }
    rig.begin();
    rig.pass(AgentLoop.DRIFT_CHECK.plus(TURN));
    assertThat(rig.ledger.get(new GrantId(1))).isNull();
  }

  @Test
  void staticBounded_whileDialingHangs_extendsToo() throws Exception {
    rig(FailMode.STATIC_BOUNDED);
    rig.begin(rig.grant(1, HOUR));
    rig.next = SteppedChannel::hanging;
    rig.channel().end(Status.UNAVAILABLE);
    rig.pass(Duration.ofMinutes(14));
    assertThat(rig.left()).isPositive();
    rig.pass(Duration.ofMinutes(2));
    assertThat(rig.left()).isNegative();
  }

  @Test
  void closed_inAPartition_extendsNothing() throws Exception {
    rig(FailMode.CLOSED);
    rig.begin(rig.grant(1, HOUR));
    Instant soft = rig.enforcer.grants().getFirst().softExpiry();
    partition();
    rig.pass(Duration.ofMinutes(10));
    assertThat(rig.enforcer.grants().getFirst().softExpiry()).isEqualTo(soft);
  }

  @Test
  void connected_theAgentExtendsNothingByItself() throws Exception {
    rig(FailMode.STATIC);
    rig.begin(rig.grant(1, HOUR));
    Instant soft = rig.enforcer.grants().getFirst().softExpiry();
    for (int i = 0; i < 60; i++) {
      rig.pass(Duration.ofSeconds(5));
      rig.say(ControllerMessage.newBuilder().build());
    }
    assertThat(rig.enforcer.grants().getFirst().softExpiry()).isEqualTo(soft);
  }

  @Test
  void controllerOfAnOldEpoch_isNoContact() throws Exception {
    rig(FailMode.STATIC_BOUNDED);
    rig.begin(rig.grant(1, HOUR));
    rig.ledger.beginEpoch(2);
    rig.channel().end(Status.UNAVAILABLE);
    for (int i = 0; i < 40; i++) {
      rig.pass(Duration.ofSeconds(30));
      if (!rig.channel().sent.isEmpty() && !rig.channel().isShutdown()) {
        rig.say(rig.welcome());
      }
    }
    assertThat(rig.left()).isNegative();
  }

  @Test
  void dialing_thatHangs_isGivenUpAndTheNextControllerTried() throws Exception {
    rig(FailMode.CLOSED, 2);
    rig.next = SteppedChannel::hanging;
    rig.pass(Duration.ofSeconds(1));
    SteppedChannel first = rig.channel();
    rig.next = SteppedChannel::connecting;
    rig.pass(AgentLoop.ANSWER_PATIENCE.plus(TURN.multipliedBy(2)));
    assertThat(first.isShutdown()).isTrue();
    assertThat(rig.dialed).hasSize(2);
    rig.say(rig.welcome());
    assertThat(rig.loop.status().controller()).isEqualTo("controller-2");
  }

  @Test
  void controller_thatFallsSilent_isGivenUpAfterItsLease() throws Exception {
    rig(FailMode.CLOSED);
    rig.begin();
    rig.pass(Duration.ofSeconds(29));
    assertThat(rig.loop.status().isConnected()).isTrue();
    rig.pass(Duration.ofSeconds(4));
    assertThat(rig.loop.status().trouble()).contains("no answer for 30 s");
    assertThat(rig.dialed).hasSize(2);
  }

  @Test
  void controller_thatGrantsItselfAYear_isGivenUpAfterFiveMinutes() throws Exception {
    rig(FailMode.STATIC);
    rig.pass(TURN);
    var year = WireCodec.encode(Duration.ofDays(200_000));
    rig.say(rig.welcome().setLease(year).setSoftLifetime(year).setExtendEvery(year));
    rig.pass(Duration.ofMinutes(6));
    assertThat(rig.dialed).hasSizeGreaterThan(1);
  }

  @Test
  void dialing_thatThrowsWhateverItIs_isTriedAgain() throws Exception {
    rig(FailMode.CLOSED);
    rig.next =
        _ -> {
          throw new AssertionError("a bug in a library");
        };
    rig.pass(Duration.ofMinutes(2));
    rig.next =
        _ -> {
          throw new IllegalStateException("another one");
        };
    rig.pass(Duration.ofMinutes(2));
    assertThat(rig.dialed).isEmpty();
    rig.next = SteppedChannel::connecting;
    for (int second = 0; second < 40 && rig.dialed.isEmpty(); second++) {
      rig.pass(TURN);
    }
    rig.say(rig.welcome());
    assertThat(rig.loop.status().isConnected()).isTrue();
  }

  @Test
  void welcome_beforeHello_isRefused() throws Exception {
    rig(FailMode.CLOSED);
    rig.next = SteppedChannel::hanging;
    rig.pass(TURN);
    rig.say(rig.welcome());
    assertThat(rig.loop.status().isConnected()).isFalse();
    assertThat(rig.loop.status().trouble()).contains("before Hello");
  }

  @Test
  void enforcerThatCannotBeRead_leavesTheStreamForRemovals() throws Exception {
    rig(FailMode.CLOSED);
    rig.enforcer.blindWith("activity cannot be read");
    rig.begin(rig.grant(1, HOUR));
    rig.pass(TURN.multipliedBy(3));
    assertThat(rig.loop.status().isConnected()).isTrue();
    assertThat(rig.inForce()).containsExactly(1L);
  }

  @Test
  void health_thatChangesInAPartition_isAlarmedOncePerChange() throws Exception {
    try (var log = new LogLines(HealthWatch.class)) {
      rig(FailMode.CLOSED);
      partitionFromTheStart();
      rig.pass(Duration.ofMinutes(1));
      assertThat(log.lines()).isEmpty();

      rig.enforcer.fallIll(new Health(List.of("wan: our program is gone; restart the agent")));
      rig.pass(TURN.multipliedBy(2));
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("ERROR ALARM event=not-enforcing")
          .contains("wan: our program is gone", "action=");
      assertThat(rig.loop.status().problems()).hasSize(1);
      rig.pass(Duration.ofMinutes(10));
      assertThat(log.lines()).hasSize(1);

      rig.enforcer.fallIll(Health.GREEN);
      rig.pass(TURN.multipliedBy(2));
      assertThat(log.lines()).hasSize(2).last().asString().startsWith("INFO event=enforcing-again");
      assertThat(rig.loop.status().problems()).isEmpty();
    }
  }

  private void partitionFromTheStart() {
    rig.next = SteppedChannel::hanging;
  }

  @Test
  void health_thatCannotBeRead_isAlarmed_andTheTurnsGoOn() throws Exception {
    try (var log = new LogLines(HealthWatch.class, Chores.class)) {
      rig(FailMode.CLOSED);
      partitionFromTheStart();
      rig.enforcer.fallIll(null);
      rig.pass(Duration.ofMinutes(5));
      assertThat(log.lines()).singleElement().asString().contains("reading the enforcer's health");
      assertThat(rig.dialed).hasSizeGreaterThan(5);
    }
  }

  @Test
  void controller_thatReadsNoAnswers_isReadNoFurther() throws Exception {
    rig(FailMode.CLOSED);
    rig.begin();
    SteppedChannel channel = rig.channel();
    assertThat(channel.requested).isEqualTo(1);
    channel.drained = false;
    int taken = takeAllThatIsAskedFor(channel);
    assertThat(taken).as("before it stops").isEqualTo(5);
    channel.drain();
    rig.pass(Duration.ZERO);
    assertThat(channel.requested).as("when the answers have gone out").isEqualTo(1);

    channel.drained = false;
    taken = 0;
    for (int second = 0; second < 40 && !channel.isShutdown(); second++) {
      taken += takeAllThatIsAskedFor(channel);
      rig.pass(TURN);
    }
    assertThat(taken).isBetween(5, 20);
    assertThat(channel.isShutdown()).isTrue();
    rig.pass(TURN.multipliedBy(2));
    assertThat(rig.dialed).hasSizeGreaterThan(1);
  }

  private int takeAllThatIsAskedFor(SteppedChannel channel) {
    int taken = 0;
    while (channel.requested > 0 && !channel.isShutdown() && taken < 1000) {
      rig.say(ControllerMessage.newBuilder().build());
      taken++;
    }
    return taken;
  }

  @Test
  void epoch_thatTheNextStartCouldNotRead_isRefused() throws Exception {
    rig(FailMode.CLOSED);
    rig.pass(Duration.ZERO);
    rig.say(rig.welcome().setPosition(ScriptedController.position(Long.MAX_VALUE, 1)));
    assertThat(rig.loop.status().trouble()).contains("which is none");
    assertThat(rig.ledger.highestEpoch()).isZero();
    rig.pass(TURN.multipliedBy(3));
    rig.say(rig.welcome().setPosition(ScriptedController.position(Ledger.LAST_EPOCH, 1)));
    assertThat(rig.loop.status().isConnected()).isTrue();
    rig(FailMode.CLOSED);
    assertThat(rig.ledger.highestEpoch()).isEqualTo(Ledger.LAST_EPOCH);
  }

  @Test
  void snapshot_thatIsHeldBack_opensNothingStale() throws Exception {
    rig(FailMode.CLOSED);
    rig.begin();
    rig.words.clock = rig.now();
    var early = List.of(rig.words.issued(rig.words.grant(1), 1, 6, 1));
    rig.say(
        ControllerMessage.newBuilder().setSnapshotChunk(rig.words.chunk(1, 6, 0, early)).build());
    for (int i = 0; i < 20; i++) {
      rig.pass(Duration.ofSeconds(20));
      rig.say(ControllerMessage.newBuilder().build());
    }
    rig.words.clock = rig.now();
    rig.say(
        ControllerMessage.newBuilder()
            .setSnapshotChunk(
                rig.words
                    .chunk(1, 6, 1, List.of(rig.words.issued(rig.words.grant(2), 1, 6, 1)))
                    .setLast(true))
            .build());
    assertThat(rig.inForce()).containsExactly(2L);
    assertThat(rig.channel().sent.getLast().getAck().getErrors(0).getMessage())
        .contains("it could be used until");
  }

  @Test
  void turn_thatMeetsAnError_isNotTheLast() throws Exception {
    try (var log = new LogLines(Chores.class)) {
      rig(FailMode.CLOSED);
      partitionFromTheStart();
      rig.enforcer.stumbling = new AssertionError("a downcall threw");
      rig.pass(Duration.ofMinutes(5));
      assertThat(rig.dialed).hasSizeGreaterThan(5);
      assertThat(log.lines()).singleElement().asString().contains("ALARM event=chore-failed");
      rig.enforcer.stumbling = null;
      rig.pass(TURN.multipliedBy(2));
      assertThat(log.lines()).hasSize(2).last().asString().contains("chore-works-again");
    }
  }

  @Test
  void clockOfAController_thatJumps_isAlarmed() throws Exception {
    try (var log = new LogLines(AgentLoop.class)) {
      rig(FailMode.CLOSED);
      rig.begin();
      rig.channel().end(Status.UNAVAILABLE);
      rig.pass(Duration.ofSeconds(2));
      rig.say(rig.welcome().setClock(WireCodec.encode(rig.now().plus(Duration.ofDays(365)))));
      assertThat(log.lines())
          .anySatisfy(line -> assertThat(line).contains("ALARM", "clock-stepped"));
    }
  }
}
