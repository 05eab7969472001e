package io.aegis.server.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import org.junit.jupiter.api.Test;

/** The fast way agrees with the platform's. */
class Ed25519Test {

  private static final byte[] MESSAGE = "aegis".getBytes(StandardCharsets.UTF_8);

  private static KeyPair pair() throws Exception {
    return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
  }

  @Test
  void signature_ofEither_holdsForTheOther() throws Exception {
    for (int i = 0; i < 20; i++) {
      KeyPair pair = pair();
      byte[] ours = Ed25519.signer(pair.getPrivate()).sign(MESSAGE);
      Signature platform = Signature.getInstance("Ed25519");
      platform.initSign(pair.getPrivate());
      platform.update(MESSAGE);
      // Ed25519 is deterministic: the same bytes.
      assertThat(platform.sign()).isEqualTo(ours);
      assertThat(Ed25519.check(pair.getPublic()).holds(MESSAGE, ours)).isTrue();
    }
  }

  @Test
  void signature_flippedOrOfAnother_doesNotHold() throws Exception {
    KeyPair pair = pair();
    byte[] signature = Ed25519.signer(pair.getPrivate()).sign(MESSAGE);
    var check = Ed25519.check(pair.getPublic());
    for (int bit = 0; bit < signature.length * Byte.SIZE; bit++) {
      byte[] flipped = signature.clone();
      flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      assertThat(check.holds(MESSAGE, flipped)).as("bit %d", bit).isFalse();
    }
    assertThat(check.holds(new byte[0], signature)).isFalse();
    assertThat(Ed25519.check(pair().getPublic()).holds(MESSAGE, signature)).isFalse();
  }

  @Test
  void key_ofAnotherKind_isRefused() {
    KeyPair other = Issuer.newKeyPair();
    assertThatThrownBy(() -> Ed25519.signer(other.getPrivate()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Ed25519.check(other.getPublic()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
