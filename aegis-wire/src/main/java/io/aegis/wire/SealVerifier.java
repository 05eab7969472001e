package io.aegis.wire;

import static io.aegis.wire.WireException.Kind.BAD_SIGNATURE;

import com.google.protobuf.ByteString;
import io.aegis.wire.v1.Resource;
import io.aegis.wire.v1.Seal;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Verifies seals with the keys the agent was given beforehand; several, so that keys can overlap
 * while they change. Safe for any number of threads.
 */
public final class SealVerifier {

  /** Checks signatures of one Ed25519 key (RFC 8032). Safe for any number of threads. */
  @FunctionalInterface
  public interface Check {
    /**
     * Checks a signature.
     *
     * @param message what was signed
     * @param signature any bytes
     * @return whether they are the key's signature of the message
     * @throws GeneralSecurityException if they are no signature at all
     */
    boolean holds(byte[] message, byte[] signature) throws GeneralSecurityException;
  }

  private static final int HASH_BYTES = 32;
  private static final int SIGNATURE_BYTES = 64;

  private final Map<String, Check> keys;

  /**
   * Makes a verifier that checks with the Java platform, which takes about 0.7 ms.
   *
   * @param keys Ed25519 keys by their ids; at least one
   * @throws IllegalArgumentException if there is none: everything would be refused
   */
  public SealVerifier(Map<String, PublicKey> keys) {
    this(checks(keys), keys.isEmpty());
  }

  private SealVerifier(Map<String, Check> keys, boolean none) {
    if (none) {
      throw new IllegalArgumentException("a verifier needs at least one key");
    }
    this.keys = Map.copyOf(keys);
  }

  /**
   * Makes a verifier that checks in a way of its own.
   *
   * @param keys by the ids of the keys; at least one
   * @return the verifier
   * @throws IllegalArgumentException if there is none: everything would be refused
   */
  public static SealVerifier checking(Map<String, Check> keys) {
    return new SealVerifier(keys, keys.isEmpty());
  }

  private static Map<String, Check> checks(Map<String, PublicKey> keys) {
    return keys.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> ofPlatform(entry.getValue())));
  }

  private static Check ofPlatform(PublicKey key) {
    return (message, signed) -> {
      Signature signature = Signature.getInstance(Sealer.ALGORITHM);
      signature.initVerify(key);
      signature.update(message);
      return signature.verify(signed);
    };
  }

  /**
   * Checks that the signature holds over the hashes, and that there is one for each resource. It
   * says nothing yet of the resources themselves: ask {@link #holds} for each.
   *
   * @param seal the seal of a message
   * @param resources how many resources the message has
   * @throws WireException of kind {@code BAD_SIGNATURE} if it does not hold
   */
  public void verify(Seal seal, int resources) {
    Check key = keys.get(seal.getKeyId());
    if (key == null) {
      throw new WireException(
          BAD_SIGNATURE,
          "seal: key '%s' is unknown here (known: %s); if the controller's key changed, write a new bundle"
              .formatted(printable(seal.getKeyId()), String.join(", ", keys.keySet())));
    }
    if (seal.getHashesCount() != resources || !allHashes(seal.getHashesList())) {
      throw new WireException(
          BAD_SIGNATURE,
          "seal: %d hashes for %d resources".formatted(seal.getHashesCount(), resources));
    }
    if (!signatureHolds(seal, key)) {
      throw new WireException(
          BAD_SIGNATURE, "seal: the signature of key " + seal.getKeyId() + " does not hold");
    }
  }

  private static boolean allHashes(List<ByteString> hashes) {
    return hashes.stream().allMatch(hash -> hash.size() == HASH_BYTES);
  }

  private static boolean signatureHolds(Seal seal, Check key) {
    if (seal.getSignature().size() != SIGNATURE_BYTES) {
      return false;
    }
    try {
      return key.holds(Sealer.message(seal.getHashesList()), seal.getSignature().toByteArray());
    } catch (GeneralSecurityException e) {
      // What is no signature at all does not hold either.
      return false;
    }
  }

  /**
   * Returns whether one resource is what was sealed. Only meaningful after {@link #verify}.
   *
   * @param seal the verified seal
   * @param index the place of the resource in its message
   * @param resource the resource
   * @return true if its hash is the sealed one
   */
  public boolean holds(Seal seal, int index, Resource resource) {
    return MessageDigest.isEqual(Sealer.hash(resource), seal.getHashes(index).toByteArray());
  }

  // What a stranger sent does not get into a log line as it is.
  private static String printable(String keyId) {
    String shown = keyId.length() > 64 ? keyId.substring(0, 64) : keyId;
    return shown.replaceAll("[^A-Za-z0-9._-]", "?");
  }
}
