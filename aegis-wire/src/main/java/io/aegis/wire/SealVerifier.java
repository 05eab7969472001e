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

/**
 * Verifies seals with the keys the agent was given beforehand; several, so that keys can overlap
 * while they change. Safe for any number of threads.
 */
public final class SealVerifier {

  private static final int HASH_BYTES = 32;

  private final Map<String, PublicKey> keys;

  /**
   * Makes a verifier.
   *
   * @param keys Ed25519 keys by their ids; at least one
   * @throws IllegalArgumentException if there is none: everything would be refused
   */
  public SealVerifier(Map<String, PublicKey> keys) {
    this.keys = Map.copyOf(keys);
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("a verifier needs at least one key");
    }
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
    PublicKey key = keys.get(seal.getKeyId());
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

  private static boolean signatureHolds(Seal seal, PublicKey key) {
    try {
      Signature signature = Signature.getInstance(Sealer.ALGORITHM);
      signature.initVerify(key);
      Sealer.update(signature, seal.getHashesList());
      return signature.verify(seal.getSignature().toByteArray());
    } catch (GeneralSecurityException e) {
      // The JDK throws for signatures of a wrong length or encoding: they do not hold either.
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
