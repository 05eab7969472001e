package io.aegis.server.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.aegis.api.Grant;
import io.aegis.wire.IssuedGrant;
import io.aegis.wire.Sealer;
import io.aegis.wire.v1.AgentMessage;
import io.aegis.wire.v1.Delta;
import io.aegis.wire.v1.ItemError;
import io.aegis.wire.v1.ItemErrorKind;
import io.aegis.wire.v1.Resource;
import io.aegis.wire.v1.ResourceKind;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an enemy between or behind the controller may send: nothing of it opens anything. */
class ForgedGrantsTest {

  @TempDir private Path directory;
  private AgentRig rig;
  private ScriptedController controller;

  @BeforeEach
  void start() throws Exception {
    rig = new AgentRig(directory);
    controller = rig.controller;
    controller.begin(1, 5, controller.grant(1));
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  private static void refused(AgentMessage answer, ItemErrorKind kind, String message) {
    assertThat(answer.hasAck()).as("%s", answer).isTrue();
    assertThat(answer.getAck().getErrorsList())
        .singleElement()
        .satisfies(error -> {
          assertThat(error.getKind()).isEqualTo(kind);
          assertThat(error.getMessage()).contains(message);
        });
  }

  @Test
  void payload_anyBitFlipped_isRefusedAloneAndTheOthersApply() throws Exception {
    Delta.Builder delta =
        controller.putting(
            5,
            6,
            controller.issued(controller.grant(2), 1, 6, 1),
            controller.issued(controller.grant(3), 1, 6, 1));
    Resource first = delta.getUpserts(0);
    delta.setUpserts(0, first.toBuilder().setPayload(flip(first.getPayload(), 77)));

    AgentMessage answer = controller.exchange(delta);

    refused(answer, ItemErrorKind.ITEM_ERROR_KIND_BAD_SIGNATURE, "is not what was sealed");
    assertThat(answer.getAck().getErrors(0).getIndex()).isZero();
    assertThat(rig.inForce()).containsExactly(1L, 3L);
  }

  @Test
  void signature_flipped_refusesAllAdditionsAndNoRemoval() throws Exception {
    Delta.Builder delta =
        controller
            .putting(5, 6, controller.issued(controller.grant(2), 1, 6, 1))
            .addRemoves(ScriptedController.removal(1, 6));
    delta.getSealBuilder().setSignature(flip(delta.getSeal().getSignature(), 3));

    refused(
        controller.exchange(delta), ItemErrorKind.ITEM_ERROR_KIND_BAD_SIGNATURE, "does not hold");
    assertThat(rig.inForce()).isEmpty();
  }

  private static ByteString flip(ByteString bytes, int bit) {
    byte[] copy = bytes.toByteArray();
    copy[bit / 8] ^= (byte) (1 << bit % 8);
    return ByteString.copyFrom(copy);
  }

  @Test
  void key_ofAnotherController_isRefused() throws Exception {
    var other =
        new Sealer("k", KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate());
    List<Resource> resources =
        ScriptedController.resources(List.of(controller.issued(controller.grant(2), 1, 6, 1)));
    refused(
        controller.exchange(
            controller.delta(5, 6).addAllUpserts(resources).setSeal(other.seal(resources))),
        ItemErrorKind.ITEM_ERROR_KIND_BAD_SIGNATURE,
        "does not hold");
    assertThat(rig.inForce()).containsExactly(1L);
  }

  @Test
  void seal_missing_isRefused() throws Exception {
    refused(
        controller.exchange(
            controller.putting(5, 6, controller.issued(controller.grant(2), 1, 6, 1)).clearSeal()),
        ItemErrorKind.ITEM_ERROR_KIND_BAD_SIGNATURE,
        "unknown here");
    assertThat(rig.inForce()).containsExactly(1L);
  }

  private void refusedAlone(IssuedGrant issued, ItemErrorKind kind, String message)
      throws Exception {
    List<Grant> before = rig.enforcer.grants();
    refused(controller.exchange(controller.putting(5, 6, issued)), kind, message);
    assertThat(rig.enforcer.grants()).isEqualTo(before);
  }

  @Test
  void audience_ofAnotherGateway_isRefused() throws Exception {
    IssuedGrant mine = controller.issued(controller.grant(2), 1, 6, 1);
    refusedAlone(
        new IssuedGrant("edge-2", mine.grant(), 1, 6, 1, 1, mine.issuedAt(), mine.notAfter()),
        ItemErrorKind.ITEM_ERROR_KIND_BAD_SIGNATURE,
        "sealed for gateway 'edge-2'");
  }

  @Test
  void epoch_ofAnotherLineage_isRefused() throws Exception {
    refusedAlone(
        controller.issued(controller.grant(2), 2, 6, 1),
        ItemErrorKind.ITEM_ERROR_KIND_STALE,
        "sealed in epoch 2");
  }

  @Test
  void payload_pastItsTime_isRefused() throws Exception {
    IssuedGrant old = controller.issued(controller.grant(2), 1, 6, 1);
    refusedAlone(
        new IssuedGrant(
            "edge-1",
            old.grant(),
            1,
            6,
            1,
            1,
            old.issuedAt().minusSeconds(600),
            old.issuedAt().minusSeconds(300)),
        ItemErrorKind.ITEM_ERROR_KIND_STALE,
        "it could be used until");
  }

  @Test
  void expiry_movedLaterInTheSameVersion_isRefused() throws Exception {
    refusedAlone(
        controller.issued(controller.grant(1, Duration.ofHours(2)), 1, 6, 1),
        ItemErrorKind.ITEM_ERROR_KIND_STALE,
        "an end never moves later");
  }

  @Test
  void expiry_movedLaterInANewerVersion_applies() throws Exception {
    Grant longer = controller.grant(1, Duration.ofHours(2));
    AgentMessage answer =
        controller.exchange(controller.putting(5, 6, controller.issued(longer, 1, 6, 2)));
    assertThat(answer.getAck().getErrorsList()).isEmpty();
    assertThat(rig.enforcer.grants()).containsExactly(longer);
  }

  @Test
  void version_olderThanKnown_isRefused() throws Exception {
    var _ =
        controller.exchange(
            controller.putting(
                5, 6, controller.issued(controller.grant(1, Duration.ofMinutes(30)), 1, 6, 2)));
    List<Grant> before = rig.enforcer.grants();
    refused(
        controller.exchange(
            controller.putting(6, 7, controller.issued(controller.grant(1), 1, 7, 1))),
        ItemErrorKind.ITEM_ERROR_KIND_STALE,
        "version 2 is known, this is 1");
    assertThat(rig.enforcer.grants()).isEqualTo(before);
  }

  @Test
  void resource_ofAnUnknownKind_isAnItemErrorAndTheOthersApply() throws Exception {
    List<Resource> resources =
        List.of(
            Resource.newBuilder()
                .setKindValue(7)
                .setPayload(ByteString.copyFromUtf8("new"))
                .build(),
            ScriptedController.resources(List.of(controller.issued(controller.grant(2), 1, 6, 1)))
                .getFirst());
    AgentMessage answer =
        controller.exchange(
            controller
                .delta(5, 6)
                .addAllUpserts(resources)
                .setSeal(ScriptedController.SEALER.seal(resources)));
    refused(answer, ItemErrorKind.ITEM_ERROR_KIND_UNSUPPORTED, "resource kind 7");
    assertThat(rig.inForce()).containsExactly(1L, 2L);
  }

  @Test
  void payload_thatIsNoGrant_isRefused() throws Exception {
    List<Resource> resources =
        List.of(
            Resource.newBuilder()
                .setKind(ResourceKind.RESOURCE_KIND_GRANT)
                .setPayload(ByteString.copyFromUtf8("no grant"))
                .build());
    refused(
        controller.exchange(
            controller
                .delta(5, 6)
                .addAllUpserts(resources)
                .setSeal(ScriptedController.SEALER.seal(resources))),
        ItemErrorKind.ITEM_ERROR_KIND_MALFORMED,
        "grant payload");
    assertThat(rig.inForce()).containsExactly(1L);
  }

  @Test
  void grant_listedTwice_isTakenOnce() throws Exception {
    AgentMessage answer =
        controller.exchange(
            controller.putting(
                5,
                6,
                controller.issued(controller.grant(2), 1, 6, 1),
                controller.issued(controller.grant(2, Duration.ofHours(9)), 1, 6, 2)));
    refused(answer, ItemErrorKind.ITEM_ERROR_KIND_STALE, "twice");
    assertThat(rig.inForce()).containsExactly(1L, 2L);
  }

  @Test
  void grant_removedAndAddedByOneMessage_isRemoved() throws Exception {
    AgentMessage answer =
        controller.exchange(
            controller
                .putting(5, 6, controller.issued(controller.grant(1), 1, 6, 2))
                .addRemoves(ScriptedController.removal(1, 6)));
    List<ItemError> errors = answer.getAck().getErrorsList();
    assertThat(errors).hasSize(1);
    assertThat(rig.inForce()).isEmpty();
  }
}
