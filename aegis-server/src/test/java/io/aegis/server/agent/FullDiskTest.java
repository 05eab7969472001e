package io.aegis.server.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.wire.WireCodec;
import io.aegis.wire.v1.Ack;
import io.aegis.wire.v1.AgentMessage;
import io.aegis.wire.v1.ControllerMessage;
import io.aegis.wire.v1.Extension;
import io.aegis.wire.v1.ItemError;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ledger that cannot be written holds up what opens, and nothing that closes or goes on. */
final class FullDiskTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir private Path directory;
  private SteppedRig rig;

  @BeforeEach
  void begin() throws Exception {
    rig = new SteppedRig(directory, FailMode.CLOSED, 1);
    rig.begin(rig.grant(1, HOUR), rig.grant(2, HOUR));
    rig.words.clock = rig.now();
    rig.ledger.close(); // every write fails from here on, as on a full disk
  }

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  private Ack acknowledged(AgentMessage answer) {
    assertThat(answer.hasAck()).as("%s", answer).isTrue();
    assertThat(rig.loop.status().isConnected()).isTrue();
    return answer.getAck();
  }

  @Test
  void removal_isDoneAndRemembered() {
    acknowledged(rig.exchange(rig.words.delta(5, 6).addRemoves(ScriptedController.removal(1, 6))));
    assertThat(rig.inForce()).containsExactly(2L);
    Ack replayed =
        acknowledged(
            rig.exchange(rig.words.putting(6, 7, rig.words.issued(rig.words.grant(1), 1, 5, 1))));
    assertThat(replayed.getErrorsList())
        .singleElement()
        .satisfies(
            error -> assertThat(error.getMessage()).contains("it was removed at revision 6"));
    assertThat(rig.inForce()).containsExactly(2L);
  }

  @Test
  void addition_isRefusedAlone_andExtensionsGoOn() {
    Instant later = rig.now().plusSeconds(280);
    Ack ack =
        acknowledged(
            rig.exchange(
                rig.words
                    .putting(5, 6, rig.words.issued(rig.words.grant(3), 1, 6, 1))
                    .addExtensions(
                        Extension.newBuilder()
                            .setSoftExpiry(WireCodec.encode(later))
                            .addGrantIds(1))));
    assertThat(ack.getErrorsList())
        .extracting(ItemError::getMessage)
        .singleElement()
        .asString()
        .contains("grant 3", "make room on its disk");
    assertThat(rig.inForce()).containsExactly(1L, 2L);
    assertThat(rig.enforcer.grants().getFirst().softExpiry()).isEqualTo(later);
  }

  @Test
  void newForm_thatCannotBeWritten_leavesNoOlderOne() {
    acknowledged(
        rig.exchange(
            rig.words.putting(
                5, 6, rig.words.issued(rig.words.grant(1, Duration.ofMinutes(10)), 1, 6, 2))));
    assertThat(rig.inForce()).containsExactly(2L);
  }

  @Test
  void snapshot_removesWhatItDoesNotList() {
    ControllerMessage snapshot =
        rig.words.snapshot(1, 8, rig.enforcer.grants().getLast(), rig.words.grant(3));
    rig.say(snapshot);
    acknowledged(rig.channel().sent.getLast());
    assertThat(rig.inForce()).containsExactly(2L);
  }
}
