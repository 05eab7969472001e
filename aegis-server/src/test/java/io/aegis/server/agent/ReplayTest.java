package io.aegis.server.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.wire.WireCodec;
import io.aegis.wire.v1.AgentMessage;
import io.aegis.wire.v1.ControllerMessage;
import io.aegis.wire.v1.Delta;
import io.aegis.wire.v1.Extension;
import io.aegis.wire.v1.Hello;
import io.aegis.wire.v1.ItemErrorKind;
import io.aegis.wire.v1.Resume;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Old, lost, doubled and reordered messages; controllers and agents that die in between. */
class ReplayTest {

  @TempDir private Path directory;
  private AgentRig rig;
  private ScriptedController controller;

  @BeforeEach
  void start() throws Exception {
    rig = new AgentRig(directory);
    controller = rig.controller;
    controller.begin(1, 5, controller.grant(1), controller.grant(2));
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  private static ControllerMessage message(Delta.Builder delta) {
    return ControllerMessage.newBuilder().setDelta(delta).build();
  }

  @Test
  void delta_twice_isAppliedOnceAndAcknowledgedTwice() throws Exception {
    Delta.Builder delta = controller.putting(5, 6, controller.issued(controller.grant(3), 1, 6, 1));
    AgentMessage first = controller.exchange(delta);
    controller.send(message(delta));
    AgentMessage second = controller.next();
    assertThat(first.getAck().getReceiptsList()).hasSize(1);
    assertThat(second.getAck().getReceiptsList()).isEmpty();
    assertThat(second.getAck().getDigest()).isEqualTo(first.getAck().getDigest());
    assertThat(second.getAck().getApplied().getRevision()).isEqualTo(6);
  }

  @Test
  void delta_lost_isNoticedAndItsSuccessorAddsNothing() throws Exception {
    AgentMessage answer =
        controller.exchange(
            controller
                .putting(6, 7, controller.issued(controller.grant(3), 1, 7, 1))
                .addRemoves(ScriptedController.removal(1, 7)));
    assertThat(answer.hasNack()).isTrue();
    assertThat(answer.getNack().getApplied().getRevision()).isEqualTo(5);
    // Removes never wait for anything.
    assertThat(rig.inForce()).containsExactly(2L);
  }

  @Test
  void deltas_reordered_neverBringBackWhatWasRemoved() throws Exception {
    var late = controller.issued(controller.grant(3), 1, 6, 1);
    // Revision 7 removes what 6 added, and comes first.
    var _ =
        controller.exchange(controller.delta(6, 7).addRemoves(ScriptedController.removal(3, 7)));
    AgentMessage answer = controller.exchange(controller.putting(5, 6, late));
    assertThat(answer.getAck().getErrorsList())
        .singleElement()
        .satisfies(error -> {
          assertThat(error.getKind()).isEqualTo(ItemErrorKind.ITEM_ERROR_KIND_STALE);
          assertThat(error.getMessage()).contains("it was removed at revision 7");
        });
    assertThat(rig.inForce()).containsExactly(1L, 2L);
  }

  @Test
  void extension_late_doesNotResurrect() throws Exception {
    var _ =
        controller.exchange(controller.delta(5, 6).addRemoves(ScriptedController.removal(1, 6)));
    AgentMessage answer =
        controller.exchange(
            controller
                .delta(6, 7)
                .addExtensions(
                    Extension.newBuilder()
                        .setSoftExpiry(WireCodec.encode(controller.clock.plusSeconds(280)))
                        .addGrantIds(1)
                        .addGrantIds(2)));
    assertThat(answer.getAck().getErrorsList())
        .singleElement()
        .satisfies(error -> assertThat(error.getMessage()).contains("it is not in force"));
    assertThat(rig.inForce()).containsExactly(2L);
    assertThat(rig.enforcer.grants().getFirst().softExpiry())
        .isEqualTo(controller.grant(2).softExpiry().plusSeconds(40));
  }

  @Test
  void extension_tooFarAhead_isCut() throws Exception {
    var _ =
        controller.exchange(
            controller
                .delta(5, 6)
                .addExtensions(
                    Extension.newBuilder()
                        .setSoftExpiry(WireCodec.encode(controller.clock.plusSeconds(3000)))
                        .addGrantIds(1)));
    assertThat(rig.enforcer.grants().getFirst().softExpiry())
        .isBefore(controller.clock.plusSeconds(600));
  }

  @Test
  void snapshot_replayed_changesNothing() throws Exception {
    ControllerMessage old = controller.snapshot(1, 5, controller.grant(1), controller.grant(2));
    var _ =
        controller.exchange(controller.delta(5, 6).addRemoves(ScriptedController.removal(1, 6)));
    controller.send(old);
    AgentMessage answer = controller.next();
    assertThat(answer.hasNack()).isTrue();
    assertThat(answer.getNack().getMessage()).contains("older than what is applied");
    assertThat(rig.inForce()).containsExactly(2L);
  }

  @Test
  void snapshot_withPayloadsOfBeforeARemoval_doesNotBringThemBack() throws Exception {
    var old = controller.issued(controller.grant(1), 1, 5, 1);
    var _ =
        controller.exchange(controller.delta(5, 6).addRemoves(ScriptedController.removal(1, 6)));
    controller.send(
        ControllerMessage.newBuilder()
            .setSnapshotChunk(controller.chunk(1, 7, 0, List.of(old)).setLast(true))
            .build());
    AgentMessage answer = controller.next();
    assertThat(answer.getAck().getErrorsList())
        .singleElement()
        .satisfies(error -> assertThat(error.getMessage()).contains("it was removed"));
    assertThat(rig.inForce()).isEmpty();
  }

  @Test
  void snapshot_cut_changesNothing() throws Exception {
    var some = List.of(controller.issued(controller.grant(3), 1, 9, 1));
    controller.send(
        ControllerMessage.newBuilder().setSnapshotChunk(controller.chunk(1, 9, 0, some)).build());
    controller.cut();
    Hello hello = controller.hello();
    assertThat(hello.getApplied().getRevision()).isEqualTo(5);
    assertThat(rig.inForce()).containsExactly(1L, 2L);

    // Its second half, on the next stream, is not taken for the rest of it.
    controller.welcome(1, 9, Resume.RESUME_SNAPSHOT);
    controller.send(
        ControllerMessage.newBuilder()
            .setSnapshotChunk(controller.chunk(1, 9, 1, some).setLast(true))
            .build());
    AgentMessage answer = controller.next();
    assertThat(answer.hasNack()).isTrue();
    assertThat(answer.getNack().getMessage()).contains("chunk 1 does not fit");
    assertThat(rig.inForce()).containsExactly(1L, 2L);
  }

  @Test
  void snapshot_ofTwoChunks_isAppliedByTheLast() throws Exception {
    controller.send(
        ControllerMessage.newBuilder()
            .setSnapshotChunk(
                controller.chunk(1, 9, 0, List.of(controller.issued(controller.grant(2), 1, 9, 1))))
            .build());
    controller.send(
        ControllerMessage.newBuilder()
            .setSnapshotChunk(
                controller
                    .chunk(1, 9, 1, List.of(controller.issued(controller.grant(3), 1, 9, 1)))
                    .setLast(true))
            .build());
    AgentMessage answer = controller.next();
    assertThat(answer.getAck().getApplied().getRevision()).isEqualTo(9);
    assertThat(rig.inForce()).containsExactly(2L, 3L);
  }

  @Test
  void removal_inTheMiddleOfASnapshot_wins() throws Exception {
    var listed = List.of(controller.issued(controller.grant(1), 1, 9, 1));
    controller.send(
        ControllerMessage.newBuilder().setSnapshotChunk(controller.chunk(1, 9, 0, listed)).build());
    var removed =
        controller.exchange(controller.delta(9, 9).addRemoves(ScriptedController.removal(1, 10)));
    assertThat(removed.getAck().getReceiptsList()).hasSize(1);
    controller.send(
        ControllerMessage.newBuilder()
            .setSnapshotChunk(controller.chunk(1, 9, 1, listed).setLast(true))
            .build());
    AgentMessage answer = controller.next();
    assertThat(answer.hasAck()).isTrue();
    assertThat(rig.inForce()).isEmpty();
  }

  @Test
  void epoch_lower_isRefusedAlsoAfterARestart() throws Exception {
    controller.cut();
    var _ = controller.hello();
    controller.welcome(4, 1, Resume.RESUME_SNAPSHOT);
    controller.send(controller.snapshot(4, 1, controller.grant(1)));
    assertThat(controller.next().getAck().getApplied().getEpoch()).isEqualTo(4);

    rig.restart();
    Hello hello = controller.hello();
    assertThat(hello.getHighestEpoch()).isEqualTo(4);
    controller.welcome(3, 100, Resume.RESUME_SNAPSHOT);
    AgentRig.eventually(
        () -> rig.agent().status().trouble().contains("its epoch is 3"), "the agent refuses");
    assertThat(rig.inForce()).containsExactly(1L);
  }

  @Test
  void epoch_higher_beginsAnew() throws Exception {
    var _ =
        controller.exchange(controller.delta(5, 6).addRemoves(ScriptedController.removal(1, 6)));
    controller.cut();
    var _ = controller.hello();
    // The restored database gives number 1 once more, at a lower revision.
    controller.welcome(2, 3, Resume.RESUME_SNAPSHOT);
    controller.send(controller.snapshot(2, 3, controller.grant(1)));
    assertThat(controller.next().getAck().getErrorsList()).isEmpty();
    assertThat(rig.inForce()).containsExactly(1L);
  }

  @Test
  void restart_keepsTombstonesAndEnds() throws Exception {
    var _ =
        controller.exchange(controller.delta(5, 6).addRemoves(ScriptedController.removal(1, 6)));
    Grant longer = controller.grant(2, Duration.ofHours(3));

    rig.restart();
    Hello hello = controller.hello();
    assertThat(hello.getApplied()).isEqualTo(ScriptedController.position(1, 6));
    controller.welcome(1, 6, Resume.RESUME_DELTA);
    AgentMessage answer =
        controller.exchange(
            controller.putting(
                6,
                7,
                controller.issued(controller.grant(1), 1, 5, 1),
                controller.issued(longer, 1, 7, 1)));
    assertThat(answer.getAck().getErrorsList())
        .extracting(io.aegis.wire.v1.ItemError::getKind)
        .containsExactly(ItemErrorKind.ITEM_ERROR_KIND_STALE, ItemErrorKind.ITEM_ERROR_KIND_STALE);
    assertThat(rig.enforcer.grants()).containsExactly(controller.grant(2));
  }

  @Test
  void death_betweenTheLedgerAndTheKernel_removesAtTheNextStart() throws Exception {
    rig.enforcer.breakWith("the kernel is out of order");
    AgentMessage answer =
        controller.exchange(controller.delta(5, 6).addRemoves(ScriptedController.removal(1, 6)));
    assertThat(answer.hasNack()).isTrue();
    assertThat(rig.inForce()).containsExactly(1L, 2L);
    rig.enforcer.breakWith(null);

    rig.restart();

    assertThat(rig.inForce()).containsExactly(2L);
  }

  @Test
  void death_betweenTheLedgerAndTheKernel_removesWhateverTheLocalClockSays() throws Exception {
    rig.enforcer.breakWith("the kernel is out of order");
    var _ =
        controller.exchange(controller.delta(5, 6).addRemoves(ScriptedController.removal(1, 6)));
    rig.enforcer.breakWith(null);

    rig.restart(() -> controller.clock.plus(Duration.ofDays(30)));

    assertThat(rig.inForce()).containsExactly(2L);
  }

  @Test
  void removal_thatFails_isTriedAgainAndCostsTheLease() throws Exception {
    rig.enforcer.breakWith("the kernel is out of order");
    var _ =
        controller.exchange(controller.delta(5, 6).addRemoves(ScriptedController.removal(1, 6)));
    controller.send(lease(5));
    assertThat(controller.next().getLeaseReply().getTaken()).isFalse();
    rig.enforcer.breakWith(null);
    AgentRig.eventually(() -> rig.inForce().equals(List.of(2L)), "it is removed");
  }

  private static ControllerMessage lease(long revision) {
    return ControllerMessage.newBuilder()
        .setLeaseRenewal(
            io.aegis.wire.v1.LeaseRenewal.newBuilder()
                .setSerial(99)
                .setDuration(WireCodec.encode(Duration.ofSeconds(30)))
                .setMinPosition(ScriptedController.position(1, revision)))
        .build();
  }

  @Test
  void lease_countsOnlyForWhoIsUpToDate() throws Exception {
    controller.send(lease(6));
    assertThat(controller.next().getLeaseReply().getTaken()).isFalse();
    assertThat(rig.enforcer.leases).isEmpty();
    controller.send(lease(5));
    assertThat(controller.next().getLeaseReply().getTaken()).isTrue();
    assertThat(rig.enforcer.leases).containsExactly(Duration.ofSeconds(30));
  }
}
