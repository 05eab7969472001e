package io.aegis.server.pki;

import io.aegis.wire.SealVerifier;
import io.aegis.wire.Sealer;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.util.Arrays;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/**
 * Ed25519 by Bouncy Castle's plain classes, without its provider. Measured side by side on JDK 25:
 * 0.05 ms for a signature and 0.1 ms for a check, against 0.7 ms each by the platform. Every
 * activation waits for one of both.
 */
final class Ed25519 {

  // RFC 8410: the SubjectPublicKeyInfo of such a key is 12 fixed bytes and the key.
  private static final int SPKI_BYTES = 44;

  private Ed25519() {}

  /**
   * Signs with a key.
   *
   * @throws IllegalArgumentException if it is no Ed25519 key that can be read
   */
  static Sealer.Signer signer(PrivateKey key) {
    if (!(key instanceof EdECPrivateKey edKey) || edKey.getBytes().isEmpty()) {
      throw new IllegalArgumentException("not an Ed25519 private key: " + key.getAlgorithm());
    }
    var parameters = new Ed25519PrivateKeyParameters(edKey.getBytes().get());
    return message -> {
      var signer = new Ed25519Signer();
      signer.init(true, parameters);
      signer.update(message, 0, message.length);
      return signer.generateSignature();
    };
  }

  /**
   * Checks signatures of a key.
   *
   * @throws IllegalArgumentException if it is no Ed25519 key
   */
  static SealVerifier.Check check(PublicKey key) {
    byte[] spki = key.getEncoded();
    if (!key.getAlgorithm().startsWith("Ed") || spki.length != SPKI_BYTES) {
      throw new IllegalArgumentException("not an Ed25519 public key: " + key.getAlgorithm());
    }
    byte[] raw =
        Arrays.copyOfRange(spki, SPKI_BYTES - Ed25519PublicKeyParameters.KEY_SIZE, SPKI_BYTES);
    Ed25519PublicKeyParameters parameters;
    try {
      parameters = new Ed25519PublicKeyParameters(raw);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not an Ed25519 public key: no point of the curve", e);
    }
    return (message, signature) -> {
      var signer = new Ed25519Signer();
      signer.init(false, parameters);
      signer.update(message, 0, message.length);
      return signer.verifySignature(signature);
    };
  }
}
