package io.aegis.examples.nftables;

import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.tck.EnforcerDifferential;
import io.aegis.enforcer.tck.EnforcerFixture;
import java.nio.ByteBuffer;
import java.util.Set;
import org.junit.jupiter.api.Tag;

/**
 * The nftables enforcer decides about generated frames as the reference does, or is stricter where
 * the README says so. Few frames: each change of grants starts a process.
 */
@Tag("kernel")
final class NftablesEnforcerDifferentialIT extends EnforcerDifferential {
  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86DD;
  private static final Set<Integer> TAGS = Set.of(0x8100, 0x88A8);

  private static final int TYPE = 12;
  private static final int TAG_BYTES = 4;

  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;
  private static final int HOP_BY_HOP = 0;
  private static final int FRAGMENT = 44;
  private static final int DESTINATION = 60;
  private static final int MORE_OR_OFFSET = 0x3FFF;

  /** Extension headers, as {@link Shape#EXTENSIONS} has them. */
  private static final Set<Integer> EXTENSIONS = Set.of(0, 43, 44, 51, 60, 135, 139, 140);

  /** Of a frame that Ethernet pads, from the second tag on, or from where it would stand. */
  private static final int MOST_PADDED = 64;

  @Override
  protected EnforcerFixture newFixture() {
    return new NftablesFixture();
  }

  @Override
  protected int frames() {
    return 4_000;
  }

  @Override
  protected boolean mayBeStricter(Direction way, byte[] frame) {
    var bytes = ByteBuffer.wrap(frame);
    int at = TYPE;
    while (at + TAG_BYTES < frame.length && TAGS.contains(unsigned(bytes, at))) {
      at += TAG_BYTES;
    }
    int packet = at + 2;
    int tags = (at - TYPE) / TAG_BYTES;
    if (tags > 2 || frame.length < packet + IPV4_BYTES) {
      return false;
    }
    return switch (unsigned(bytes, at)) {
      case IPV4 ->
          tags == 2
              && ((unsigned(bytes, packet + 6) & MORE_OR_OFFSET) != 0
                  || isPadded(frame.length - packet, unsigned(bytes, packet + 2)));
      case IPV6 ->
          frame.length >= packet + IPV6_BYTES
              && (tags == 2 ? isStricterBehindTags(bytes, packet) : isOddFragment(bytes, packet));
      default -> false;
    };
  }

  /** What is no whole packet, and what is padded further than Ethernet does. */
  private static boolean isStricterBehindTags(ByteBuffer bytes, int packet) {
    return EXTENSIONS.contains(Byte.toUnsignedInt(bytes.get(packet + 6)))
        || isPadded6(bytes, packet);
  }

  /** A fragment whose data begins with an extension header, padded so. */
  private static boolean isOddFragment(ByteBuffer bytes, int packet) {
    int next = bytes.get(packet + 6);
    int at = packet + IPV6_BYTES;
    while ((next == HOP_BY_HOP || next == DESTINATION) && at + 8 <= bytes.limit()) {
      next = bytes.get(at);
      at += 8 + 8 * Byte.toUnsignedInt(bytes.get(at + 1));
    }
    return next == FRAGMENT
        && at < bytes.limit()
        && EXTENSIONS.contains(Byte.toUnsignedInt(bytes.get(at)))
        && isPadded6(bytes, packet);
  }

  private static boolean isPadded6(ByteBuffer bytes, int packet) {
    return isPadded(bytes.limit() - packet, IPV6_BYTES + unsigned(bytes, packet + 4));
  }

  private static boolean isPadded(int left, int length) {
    return left > length && left + TAG_BYTES > MOST_PADDED;
  }

  private static int unsigned(ByteBuffer bytes, int at) {
    return Short.toUnsignedInt(bytes.getShort(at));
  }
}
