package io.aegis.server.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.wire.StateDigest;
import io.aegis.wire.v1.AgentMessage;
import io.aegis.wire.v1.ControllerMessage;
import io.aegis.wire.v1.Hello;
import io.aegis.wire.v1.Resume;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel holds is what counts, whatever the agent believes; and whose clock counts. */
class KernelTruthTest {

  @TempDir private Path directory;
  private AgentRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new AgentRig(directory);
  }

  private ScriptedController begin(Grant... grants) throws Exception {
    rig.controller.begin(1, 5, grants);
    return rig.controller;
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  // At one time, so that two of the same id are equal.
  private final ScriptedController.Words words = new ScriptedController.Words(Instant.now());

  private Grant grant(long id) {
    return words.grant(id);
  }

  @Test
  void digest_isOverWhatTheKernelHolds() throws Exception {
    Grant first = grant(1);
    Grant second = grant(2);
    ScriptedController controller = begin(first, second);
    controller.cut();
    assertThat(controller.hello().getDigest())
        .isEqualTo(bytes(StateDigest.of(first, 1).plus(StateDigest.of(second, 1))));

    // Behind the agent's back.
    rig.enforcer.kernel().apply(GrantUpdate.removing(new GrantId(1)));
    controller.welcome(1, 5, Resume.RESUME_DELTA);
    controller.cut();
    assertThat(controller.hello().getDigest()).isEqualTo(bytes(StateDigest.of(second, 1)));
  }

  private static ByteString bytes(StateDigest digest) {
    return ByteString.copyFrom(digest.bytes());
  }

  @Test
  void grant_thatNobodyAskedFor_isRemovedAndReported() throws Exception {
    ScriptedController controller = begin(grant(1));
    rig.enforcer.kernel().apply(GrantUpdate.adding(grant(66)));

    rig.agent().checkDriftNow();

    assertThat(rig.inForce()).containsExactly(1L);
    AgentMessage report = controller.next();
    assertThat(report.getNack().getMessage()).isEqualTo("drift: 1 unknown, 0 missing, 0 different");
  }

  @Test
  void grant_thatIsMissing_isReported() throws Exception {
    ScriptedController controller = begin(grant(1), grant(2));
    rig.enforcer.kernel().apply(GrantUpdate.removing(new GrantId(2)));

    rig.agent().checkDriftNow();

    AgentMessage report = controller.next();
    assertThat(report.getNack().getMessage()).isEqualTo("drift: 0 unknown, 1 missing, 0 different");
    controller.send(controller.snapshot(1, 5, grant(1), grant(2)));
    assertThat(controller.next().hasAck()).isTrue();
    assertThat(rig.inForce()).containsExactly(1L, 2L);
  }

  @Test
  void grant_endedForWantOfTraffic_isNotOpenedByALaterSnapshot() throws Exception {
    Grant idle = grant(1).withIdleLimit(Duration.ofSeconds(2));
    ScriptedController controller = begin(idle);
    // The kernel frees what has ended.
    rig.enforcer.kernel().apply(GrantUpdate.removing(new GrantId(1)));

    controller.send(controller.snapshot(1, 6, idle, grant(2)));
    AgentMessage answer = controller.next();

    assertThat(answer.getAck().getErrorsList())
        .singleElement()
        .satisfies(error -> assertThat(error.getMessage()).contains("ended for want of traffic"));
    assertThat(rig.inForce()).containsExactly(2L);

    rig.restart();
    var _ = controller.hello();
    controller.welcome(1, 6, Resume.RESUME_SNAPSHOT);
    controller.send(controller.snapshot(1, 6, idle, grant(2)));
    assertThat(controller.next().getAck().getErrorsList()).hasSize(1);
    assertThat(rig.inForce()).containsExactly(2L);
  }

  @Test
  void grant_endedForWantOfTraffic_opensInANewVersion() throws Exception {
    Grant idle = grant(1).withIdleLimit(Duration.ofSeconds(2));
    ScriptedController controller = begin(idle);
    rig.enforcer.kernel().apply(GrantUpdate.removing(new GrantId(1)));
    rig.agent().checkDriftNow();

    AgentMessage answer =
        controller.exchange(controller.putting(5, 6, controller.issued(idle, 1, 6, 2)));

    assertThat(answer.getAck().getErrorsList()).isEmpty();
    assertThat(rig.inForce()).containsExactly(1L);
  }

  @Test
  void restart_adoptsWhatIsInForce() throws Exception {
    ScriptedController controller = begin(grant(1));
    rig.restart();
    Hello hello = controller.hello();
    assertThat(hello.getApplied()).isEqualTo(ScriptedController.position(1, 5));
    assertThat(hello.getDigest())
        .isEqualTo(bytes(StateDigest.of(rig.enforcer.grants().getFirst(), 1)));
    assertThat(rig.inForce()).containsExactly(1L);
  }

  @Test
  void clock_oneHourSlow_doesNotLengthenAnything() throws Exception {
    Clock slow = Clock.offset(Clock.systemUTC(), Duration.ofHours(-1));
    rig.close();
    rig = new AgentRig(directory, slow);
    ScriptedController controller = rig.controller;
    controller.begin(1, 5);
    // It ended half an hour ago by the controller's clock, and half an hour ahead by the local one.
    var late = new ScriptedController.Words(controller.clock.minusSeconds(1800));
    AgentMessage answer =
        controller.exchange(controller.putting(5, 6, late.issued(late.grant(1), 1, 6, 1)));
    assertThat(answer.getAck().getErrorsList())
        .singleElement()
        .satisfies(error -> assertThat(error.getMessage()).contains("it could be used until"));
    assertThat(rig.inForce()).isEmpty();
    var fresh =
        controller.exchange(
            controller.putting(6, 7, controller.issued(controller.grant(2), 1, 7, 1)));
    assertThat(fresh.getAck().getErrorsList()).isEmpty();
    // Receipts are on the controller's clock too.
    Instant at = io.aegis.wire.WireCodec.decode(fresh.getAck().getReceipts(0).getAppliedAt());
    assertThat(Duration.between(controller.clock, at))
        .isBetween(Duration.ZERO, Duration.ofMinutes(1));
  }

  @Test
  void snapshot_ofEqualGrants_touchesNone() throws Exception {
    Grant grant = grant(1);
    ScriptedController controller = begin(grant);
    ControllerMessage again = controller.snapshot(1, 6, grant);
    controller.send(again);
    assertThat(controller.next().getAck().getReceiptsList()).isEmpty();
  }

  @Test
  void report_comesWithTheSessionAndWithoutActivityWhenThereIsNone() throws Exception {
    ScriptedController controller = begin(grant(1));
    var report = controller.reports.poll(10, java.util.concurrent.TimeUnit.SECONDS);
    assertThat(report).isNotNull();
    assertThat(List.of(report.getSession())).containsExactly("s");
    assertThat(report.getActivitiesList()).isEmpty();
  }
}
