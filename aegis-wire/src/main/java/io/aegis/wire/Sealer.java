package io.aegis.wire;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.aegis.wire.v1.Resource;
import io.aegis.wire.v1.Seal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.List;

/** Seals resources with the controller's Ed25519 key. Safe for any number of threads. */
public final class Sealer {

  /** Signs with one Ed25519 key (RFC 8032). Safe for any number of threads. */
  @FunctionalInterface
  public interface Signer {
    /**
     * Signs.
     *
     * @param message what to sign
     * @return 64 bytes
     * @throws GeneralSecurityException if the key cannot sign
     */
    byte[] sign(byte[] message) throws GeneralSecurityException;
  }

  /** What is signed begins with it, so that a signature made here means nothing elsewhere. */
  static final byte[] CONTEXT = "aegis.wire.v1.seal\0".getBytes(StandardCharsets.US_ASCII);

  static final String ALGORITHM = "Ed25519";

  private final String keyId;
  private final Signer signer;

  /**
   * Makes a sealer that signs with the Java platform, which takes about 0.7 ms.
   *
   * @param keyId names the key to those who verify
   * @param key an Ed25519 key
   */
  public Sealer(String keyId, PrivateKey key) {
    this(keyId, ofPlatform(key));
  }

  /**
   * Makes a sealer that signs in a way of its own.
   *
   * @param keyId names the key to those who verify
   * @param signer signs with that key
   */
  public Sealer(String keyId, Signer signer) {
    this.keyId = requireNonNull(keyId, "keyId");
    this.signer = requireNonNull(signer, "signer");
  }

  private static Signer ofPlatform(PrivateKey key) {
    requireNonNull(key, "key");
    return message -> {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(key);
      signature.update(message);
      return signature.sign();
    };
  }

  /**
   * Returns the name of the key.
   *
   * @return the key id
   */
  public String keyId() {
    return keyId;
  }

  /**
   * Seals the resources of one message.
   *
   * @param resources the resources, in the order of the message
   * @return the seal to send with them
   * @throws IllegalStateException if the key cannot sign
   */
  public Seal seal(List<Resource> resources) {
    Seal.Builder seal = Seal.newBuilder().setKeyId(keyId);
    for (Resource resource : resources) {
      seal.addHashes(ByteString.copyFrom(hash(resource)));
    }
    try {
      byte[] signature = signer.sign(message(seal.getHashesList()));
      return seal.setSignature(ByteString.copyFrom(signature)).build();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("signing with key " + keyId + " failed: not Ed25519?", e);
    }
  }

  static byte[] hash(Resource resource) {
    MessageDigest sha = StateDigest.sha256();
    sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, resource.getKindValue()));
    sha.update(resource.getPayload().asReadOnlyByteBuffer());
    return sha.digest();
  }

  /** What is signed. */
  static byte[] message(List<ByteString> hashes) {
    int size = CONTEXT.length + hashes.stream().mapToInt(ByteString::size).sum();
    ByteBuffer message = ByteBuffer.allocate(size).put(CONTEXT);
    hashes.forEach(hash -> message.put(hash.asReadOnlyByteBuffer()));
    return message.array();
  }
}
