package io.aegis.server.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.wire.IssuedGrant;
import io.aegis.wire.v1.Ack;
import io.aegis.wire.v1.AgentMessage;
import io.aegis.wire.v1.Delta;
import io.aegis.wire.v1.Extension;
import io.aegis.wire.v1.ItemError;
import io.aegis.wire.v1.ItemErrorKind;
import io.aegis.wire.v1.Resource;
import io.aegis.wire.v1.ResourceKind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One bad item hurts nothing but itself, and never what closes. */
final class BadItemsTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Timestamp NO_TIME = Timestamp.newBuilder().setNanos(-5).build();

  @TempDir private Path directory;
  private SteppedRig rig;

  @BeforeEach
  void begin() throws Exception {
    rig = new SteppedRig(directory, FailMode.STATIC, 1);
    rig.begin(rig.grant(1, HOUR), rig.grant(2, HOUR), rig.grant(3, HOUR));
    rig.words.clock = rig.now();
  }

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  private Ack acknowledged(Delta.Builder delta) {
    AgentMessage answer = rig.exchange(delta);
    assertThat(answer.hasAck()).as("%s", answer).isTrue();
    assertThat(rig.loop.status().isConnected()).isTrue();
    return answer.getAck();
  }

  private Delta.Builder removing(long id) {
    return rig.words.delta(5, 6).addRemoves(ScriptedController.removal(id, 6));
  }

  @Test
  void extension_withoutATime_isRefusedAlone() throws Exception {
    Instant later = rig.now().plusSeconds(280);
    try (var log = new LogLines(RefusalAlarms.class)) {
      Ack ack =
          acknowledged(
              removing(1)
                  .addExtensions(Extension.newBuilder().setSoftExpiry(NO_TIME).addGrantIds(2))
                  .addExtensions(
                      Extension.newBuilder()
                          .setSoftExpiry(io.aegis.wire.WireCodec.encode(later))
                          .addGrantIds(3)));
      assertThat(rig.inForce()).containsExactly(2L, 3L);
      assertThat(ack.getErrorsList())
          .singleElement()
          .satisfies(error -> {
            assertThat(error.getGrantId()).isEqualTo(2);
            assertThat(error.getKind()).isEqualTo(ItemErrorKind.ITEM_ERROR_KIND_MALFORMED);
            assertThat(error.getMessage()).contains("timestamp out of range");
          });
      assertThat(rig.enforcer.grants().getLast().softExpiry()).isEqualTo(later);
      assertThat(log.lines()).singleElement().asString().contains("ALARM", "MALFORMED=1");
    }
  }

  @Test
  void removal_ofNoGrant_isRefusedAlone() {
    Ack ack =
        acknowledged(
            removing(1)
                .addRemoves(ScriptedController.removal(0, 6))
                .addRemoves(ScriptedController.removal(-2, 6))
                .addRemoves(ScriptedController.removal(3, 6)));
    assertThat(rig.inForce()).containsExactly(2L);
    assertThat(ack.getErrorsList()).extracting(ItemError::getGrantId).containsExactly(0L, -2L);
    assertThat(ack.getErrorsList())
        .allMatch(error -> error.getKind() == ItemErrorKind.ITEM_ERROR_KIND_MALFORMED);
  }

  @Test
  void grant_thatIsNone_isRefusedAlone() {
    Resource none =
        Resource.newBuilder()
            .setKind(ResourceKind.RESOURCE_KIND_GRANT)
            .setPayload(ByteString.copyFromUtf8("no grant at all"))
            .build();
    Resource good =
        ScriptedController.resources(List.of(rig.words.issued(rig.words.grant(4), 1, 6, 1)))
            .getFirst();
    Ack ack =
        acknowledged(
            removing(1)
                .addUpserts(none)
                .addUpserts(good)
                .setSeal(ScriptedController.SEALER.seal(List.of(none, good))));
    assertThat(ack.getErrorsList())
        .extracting(ItemError::getKind)
        .containsExactly(ItemErrorKind.ITEM_ERROR_KIND_MALFORMED);
    assertThat(rig.inForce()).containsExactly(2L, 3L, 4L);
  }

  @Test
  void enforcer_thatTakesNoAdditions_removesAllTheSame() {
    rig.enforcer.refuseAdditions("not today");
    AgentMessage answer =
        rig.exchange(
            rig.words
                .putting(5, 6, rig.words.issued(rig.words.grant(4), 1, 6, 1))
                .addRemoves(ScriptedController.removal(1, 6)));
    assertThat(answer.getNack().getMessage()).contains("not today");
    assertThat(rig.inForce()).containsExactly(2L, 3L);
    assertThat(rig.loop.status().isConnected()).isTrue();
  }

  @Test
  void upsert_thatFails_leavesNoOlderFormInForce() {
    rig.enforcer.unwelcome.add(new GrantId(2));
    Grant narrower = rig.words.grant(2, Duration.ofMinutes(10));
    Ack ack = acknowledged(rig.words.putting(5, 6, rig.words.issued(narrower, 1, 6, 2)));
    assertThat(ack.getErrorsList()).hasSize(1);
    assertThat(rig.inForce()).containsExactly(1L, 3L);
  }

  @Test
  void upsert_beyondTheBounds_leavesNoOlderFormInForce() {
    Grant tooLong = rig.words.grant(2, Duration.ofDays(30));
    Ack ack = acknowledged(rig.words.putting(5, 6, rig.words.issued(tooLong, 1, 6, 2)));
    assertThat(ack.getErrorsList())
        .extracting(ItemError::getKind)
        .containsExactly(ItemErrorKind.ITEM_ERROR_KIND_ENVELOPE);
    assertThat(rig.inForce()).containsExactly(1L, 3L);
  }

  @Test
  void upsert_beyondTheBoundsButOld_removesNothing() {
    Grant tooLong = rig.words.grant(2, Duration.ofDays(30));
    acknowledged(rig.words.putting(5, 6, rig.words.issued(rig.words.grant(2), 1, 6, 5)));
    Ack ack = acknowledged(rig.words.putting(6, 7, rig.words.issued(tooLong, 1, 6, 4)));
    assertThat(ack.getErrorsList())
        .extracting(ItemError::getKind)
        .containsExactly(ItemErrorKind.ITEM_ERROR_KIND_STALE);
    assertThat(rig.inForce()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void removal_thatIsStuck_isNeitherExtendedNorForgotten() {
    rig.enforcer.immovable.add(new GrantId(1));
    try (var log = new LogLines(Removals.class)) {
      assertThat(rig.exchange(removing(1)).hasNack()).isTrue();
      Instant soft = rig.enforcer.grants().getFirst().softExpiry();
      rig.next = SteppedChannel::hanging;
      rig.channel().end(io.grpc.Status.UNAVAILABLE);
      rig.pass(Duration.ofMinutes(20));
      assertThat(rig.enforcer.grants().getFirst().softExpiry()).isEqualTo(soft);
      assertThat(rig.enforcer.grants().getLast().softExpiry()).isAfter(rig.now());
      assertThat(log.lines()).as("told once").singleElement().asString().contains("ALARM");
      rig.enforcer.immovable.clear();
      rig.pass(Duration.ofSeconds(2));
      assertThat(rig.inForce()).containsExactly(2L, 3L);
      assertThat(log.lines()).hasSize(2);
    }
  }

  @Test
  void removal_thatIsStuck_doesNotTakeTheGrantThatComesAfterIt() {
    rig.enforcer.immovable.add(new GrantId(1));
    assertThat(rig.exchange(removing(1)).hasNack()).isTrue();
    rig.say(rig.words.snapshot(1, 7, rig.words.grant(1), rig.words.grant(2), rig.words.grant(3)));
    rig.enforcer.immovable.clear();
    rig.pass(Duration.ofSeconds(5));
    assertThat(rig.inForce()).containsExactly(1L, 2L, 3L);
    assertThat(rig.parts.applier().isSound()).isTrue();
  }

  @Test
  void adoption_underTighterBounds_closesWhatTheyForbid() {
    var tighter =
        new LocalEnvelope(
            Set.of(Prefix.parse("10.77.0.0/16")),
            List.of(PortRange.of(443)),
            LocalEnvelope.DEFAULT_LONGEST_LIFETIME);
    try (var log = new LogLines(Adoption.class)) {
      new Adoption(rig.parts, tighter).run();
      assertThat(rig.inForce()).isEmpty();
      assertThat(log.lines()).hasSize(3).allMatch(line -> line.contains("ALARM"));
    }
  }

  @Test
  void adoption_underTheSameBounds_closesNothing() {
    new Adoption(rig.parts, LocalEnvelope.guarding(Set.of(Prefix.parse("10.77.0.0/16")))).run();
    assertThat(rig.inForce()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void seal_thatOutlivesTombstones_isRefused() {
    Instant now = rig.now();
    var everlasting =
        new IssuedGrant(
            "edge-1", rig.words.grant(4), 1, 6, 1, 1, now, now.plus(Duration.ofHours(2)));
    Ack ack = acknowledged(rig.words.putting(5, 6, everlasting));
    assertThat(ack.getErrorsList())
        .singleElement()
        .satisfies(
            error -> assertThat(error.getMessage()).contains("its seal could be used until"));
    assertThat(rig.inForce()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void snapshot_withoutAnEnd_keepsNoMoreThanFits() {
    var parts = new SnapshotParts(10, id -> id.value() <= 2);
    for (int chunk = 0; chunk < 50; chunk++) {
      var issued = new ArrayList<IssuedGrant>();
      for (int i = 0; i < 5; i++) {
        Grant grant = rig.words.grant(1 + (chunk * 5 + i) % 250);
        issued.add(rig.words.issued(grant, 1, 9, 1));
      }
      parts.add(
          rig.words.chunk(1, 9, chunk, issued).build(), new GrantGate.Result(issued, List.of()));
    }
    assertThat(parts.accepted()).hasSize(12);
    assertThat(parts.refusals()).hasSize(238);
  }

  @Test
  void alarms_ofAFlood_areOneLineInTenSeconds() {
    try (var log = new LogLines(RefusalAlarms.class)) {
      for (int i = 0; i < 1000; i++) {
        var _ =
            rig.exchange(
                rig.words
                    .delta(5 + i, 6 + i)
                    .addExtensions(Extension.newBuilder().setSoftExpiry(NO_TIME).addGrantIds(2)));
      }
      assertThat(log.lines()).hasSize(1);
      rig.pass(Duration.ofSeconds(11));
      var _ =
          rig.exchange(
              rig.words
                  .delta(1005, 1006)
                  .addExtensions(Extension.newBuilder().setSoftExpiry(NO_TIME).addGrantIds(2)));
      assertThat(log.lines()).hasSize(2).last().asString().contains("MALFORMED=1000");
    }
  }
}
