package io.aegis.wire;

import io.aegis.api.Grant;
import io.aegis.api.IpAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A sum over applied grants that does not depend on their order: of each (id, version, what the
 * kernel sees) a 128-bit hash is added, in two lanes modulo 2<sup>64</sup>. The soft expiry is left
 * out, since both ends move it by themselves.
 *
 * <p>It finds drift. It is no security boundary: whoever chooses grants can make sums meet.
 *
 * @param high the first lane
 * @param low the second lane
 */
public record StateDigest(long high, long low) {

  /** The digest of nothing. */
  public static final StateDigest EMPTY = new StateDigest(0, 0);

  /** The length of {@link #bytes()}. */
  public static final int SIZE_BYTES = 16;

  private static final int LONGEST_ITEM_BYTES = 128;

  /**
   * Returns the digest of one grant.
   *
   * @param grant the grant
   * @param version its version
   * @return the digest of a set with that grant alone
   */
  public static StateDigest of(Grant grant, long version) {
    ByteBuffer item = ByteBuffer.allocate(LONGEST_ITEM_BYTES);
    item.putLong(grant.id().value()).putLong(version);
    put(item, grant.client());
    put(item, grant.target().prefix().address());
    item.put((byte) grant.target().prefix().length());
    item.put((byte) WireEnums.encode(grant.target().protocol()).getNumber());
    item.putShort((short) grant.target().ports().first());
    item.putShort((short) grant.target().ports().last());
    item.putLong(grant.hardExpiry().toEpochMilli());
    item.putLong(grant.idleLimit().map(idle -> idle.toMillis()).orElse(0L));
    item.put((byte) WireEnums.encode(grant.mode()).getNumber());
    item.put((byte) (grant.needsLease() ? 1 : 0));
    MessageDigest sha = sha256();
    sha.update(item.flip());
    ByteBuffer hash = ByteBuffer.wrap(sha.digest());
    return new StateDigest(hash.getLong(), hash.getLong());
  }

  private static void put(ByteBuffer item, IpAddress address) {
    item.put((byte) address.family().bits()).putLong(address.high()).putLong(address.low());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /**
   * Reads a digest.
   *
   * @param bytes 16 bytes
   * @return the digest
   * @throws WireException if the length is another
   */
  public static StateDigest of(byte[] bytes) {
    if (bytes.length != SIZE_BYTES) {
      throw WireException.malformed("digest: 16 bytes, not " + bytes.length);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new StateDigest(buffer.getLong(), buffer.getLong());
  }

  /**
   * Returns the digest of both sets together.
   *
   * @param other the digest of a set that has nothing in common with this one
   * @return the sum
   */
  public StateDigest plus(StateDigest other) {
    return new StateDigest(high + other.high, low + other.low);
  }

  /**
   * Returns the digest without a part.
   *
   * @param other the digest of a part of this set
   * @return the difference
   */
  public StateDigest minus(StateDigest other) {
    return new StateDigest(high - other.high, low - other.low);
  }

  /**
   * Returns the bytes of this digest.
   *
   * @return 16 bytes; a fresh array
   */
  public byte[] bytes() {
    return ByteBuffer.allocate(SIZE_BYTES).putLong(high).putLong(low).array();
  }

  /** Returns 32 hexadecimal digits. */
  @Override
  public String toString() {
    return "%016x%016x".formatted(high, low);
  }
}
