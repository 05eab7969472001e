package io.aegis.server.pki;

import io.aegis.wire.SealVerifier;
import io.aegis.wire.Sealer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The key with which the controller signs grants, and its name: the first 8 bytes of the SHA-256 of
 * the public key, so that both ends name it the same without being told.
 *
 * @param publicKey with which agents verify
 * @param privateKey never leaves the controller
 */
public record SigningKey(PublicKey publicKey, PrivateKey privateKey) {

  private static final String SECRET_FILE = "signing.key";
  static final String PUBLIC_FILE = "signing.pub";
  private static final int ID_BYTES = 8;

  static SigningKey open(Path directory) throws PkiException {
    Path secret = directory.resolve(SECRET_FILE);
    Path open = directory.resolve(PUBLIC_FILE);
    if (!Files.exists(secret) && !Files.exists(open)) {
      KeyPair pair = newKeyPair();
      PemFile.writeSecret(secret, PemFile.text("PRIVATE KEY", pair.getPrivate().getEncoded()));
      PemFile.write(open, publicText(pair.getPublic()));
    }
    PrivateKey key = PemFile.privateKey(secret);
    List<PublicKey> keys = PemFile.verificationKeys(open);
    if (keys.size() != 1 || !Validity.isPair(keys.getFirst(), key)) {
      throw new PkiException(
          "the key %s is not the one of %s; put the two back that belong together, since agents know the latter"
              .formatted(secret, open));
    }
    return new SigningKey(keys.getFirst(), key);
  }

  private static KeyPair newKeyPair() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no Ed25519: use a complete JDK", e);
    }
  }

  static String publicText(PublicKey key) {
    return PemFile.text("PUBLIC KEY", key.getEncoded());
  }

  /**
   * Returns the name of a key.
   *
   * @param key a public key
   * @return 16 hexadecimal digits
   */
  static String id(PublicKey key) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
      return HexFormat.of().formatHex(hash, 0, ID_BYTES);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /**
   * Returns what seals grants with this key.
   *
   * @return a sealer
   */
  public Sealer sealer() {
    return new Sealer(id(publicKey), Ed25519.signer(privateKey));
  }

  /**
   * Returns what verifies grants sealed with this key, for an agent in the same process.
   *
   * @return a verifier
   */
  public SealVerifier verifier() {
    return SealVerifier.checking(Map.of(id(publicKey), Ed25519.check(publicKey)));
  }

  /** Returns the name of the key; the private part is masked. */
  @Override
  public String toString() {
    return "SigningKey[" + id(publicKey) + "]";
  }
}
