package io.aegis.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.aegis.wire.v1.Resource;
import io.aegis.wire.v1.ResourceKind;
import io.aegis.wire.v1.Seal;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SealTest {

  private static final KeyPair PAIR = pair();
  private static final Sealer SEALER = new Sealer("k1", PAIR.getPrivate());
  private static final SealVerifier VERIFIER = new SealVerifier(Map.of("k1", PAIR.getPublic()));
  private static final List<Resource> RESOURCES =
      List.of(resource("first"), resource("second"), resource("third"));

  private static KeyPair pair() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static Resource resource(String payload) {
    return Resource.newBuilder()
        .setKind(ResourceKind.RESOURCE_KIND_GRANT)
        .setPayload(ByteString.copyFromUtf8(payload))
        .build();
  }

  private static void refused(Seal seal, String message) {
    assertThatThrownBy(() -> VERIFIER.verify(seal, RESOURCES.size()))
        .isInstanceOf(WireException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((WireException) e).kind())
        .isEqualTo(WireException.Kind.BAD_SIGNATURE);
  }

  @Test
  void seal_untouched_holds() {
    Seal seal = SEALER.seal(RESOURCES);
    VERIFIER.verify(seal, RESOURCES.size());
    for (int i = 0; i < RESOURCES.size(); i++) {
      assertThat(VERIFIER.holds(seal, i, RESOURCES.get(i))).isTrue();
    }
  }

  @Test
  void seal_ofNothing_holds() {
    VERIFIER.verify(SEALER.seal(List.of()), 0);
  }

  @Test
  void seal_anyBitOfTheSignatureFlipped_isRefused() {
    Seal seal = SEALER.seal(RESOURCES);
    for (int bit = 0; bit < seal.getSignature().size() * Byte.SIZE; bit += 7) {
      refused(seal.toBuilder().setSignature(flip(seal.getSignature(), bit)).build(), "not hold");
    }
  }

  @Test
  void seal_anyBitOfAHashFlipped_isRefused() {
    Seal seal = SEALER.seal(RESOURCES);
    for (int bit = 0; bit < 256; bit += 17) {
      refused(seal.toBuilder().setHashes(1, flip(seal.getHashes(1), bit)).build(), "not hold");
    }
  }

  @Test
  void resource_anyBitFlipped_isRefusedAlone() {
    Seal seal = SEALER.seal(RESOURCES);
    ByteString payload = RESOURCES.get(1).getPayload();
    for (int bit = 0; bit < payload.size() * Byte.SIZE; bit++) {
      Resource changed = RESOURCES.get(1).toBuilder().setPayload(flip(payload, bit)).build();
      assertThat(VERIFIER.holds(seal, 1, changed)).isFalse();
    }
    assertThat(VERIFIER.holds(seal, 0, RESOURCES.get(0))).isTrue();
  }

  @Test
  void resource_inAnotherPlaceOrOfAnotherKind_isRefused() {
    Seal seal = SEALER.seal(RESOURCES);
    assertThat(VERIFIER.holds(seal, 1, RESOURCES.get(0))).isFalse();
    Resource other = RESOURCES.get(0).toBuilder().setKindValue(2).build();
    assertThat(VERIFIER.holds(seal, 0, other)).isFalse();
  }

  // Moving the cut between two hashes keeps the signed bytes: every hash must have its length.
  @Test
  void seal_hashesCutElsewhere_isRefused() {
    Seal seal = SEALER.seal(RESOURCES);
    ByteString both = seal.getHashes(0).concat(seal.getHashes(1));
    Seal shifted =
        seal.toBuilder()
            .setHashes(0, both.substring(0, 31))
            .setHashes(1, both.substring(31))
            .build();
    refused(shifted, "3 hashes for 3 resources");
  }

  @Test
  void seal_withMoreOrFewerResources_isRefused() {
    Seal seal = SEALER.seal(RESOURCES);
    assertThatThrownBy(() -> VERIFIER.verify(seal, 4)).hasMessageContaining("3 hashes for 4");
    assertThatThrownBy(() -> VERIFIER.verify(seal, 2)).hasMessageContaining("3 hashes for 2");
  }

  @Test
  void seal_ofAnUnknownOrAnotherKey_isRefused() {
    Seal seal = SEALER.seal(RESOURCES);
    refused(seal.toBuilder().setKeyId("k2\n").build(), "'k2?' is unknown here (known: k1)");
    refused(new Sealer("k1", pair().getPrivate()).seal(RESOURCES), "not hold");
  }

  @Test
  void seal_withASignatureOfAWrongLength_isRefused() {
    Seal seal = SEALER.seal(RESOURCES);
    for (int length : new int[] {0, 1, 63, 65, 4096}) {
      ByteString signature = ByteString.copyFrom(new byte[length]);
      refused(seal.toBuilder().setSignature(signature).build(), "not hold");
    }
  }

  @Test
  void verifier_withoutKeys_isRefused() {
    assertThatThrownBy(() -> new SealVerifier(Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static ByteString flip(ByteString bytes, int bit) {
    byte[] copy = bytes.toByteArray();
    copy[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
    return ByteString.copyFrom(copy);
  }
}
