package io.aegis.enforcer.spi;

import io.aegis.api.IpAddress;
import java.util.Arrays;

/**
 * A stretch of a frame, read in network order. Offsets count from its start; the caller has asked
 * {@link #has} before it reads.
 */
final class ByteView {
  private final byte[] array; // the frame; never written
  private final int start;
  private final int end;

  private ByteView(byte[] array, int start, int end) {
    this.array = array;
    this.start = start;
    this.end = end;
  }

  static ByteView of(byte[] frame) {
    return new ByteView(frame, 0, frame.length);
  }

  int length() {
    return end - start;
  }

  boolean has(int offset, int count) {
    return offset + count <= length();
  }

  int u8(int offset) {
    return array[start + offset] & 0xFF;
  }

  int u16(int offset) {
    return u8(offset) << 8 | u8(offset + 1);
  }

  /** The address bytes there: an IPv4-mapped IPv6 address turns into an IPv4 one. */
  IpAddress address(int offset, IpAddress.Family family) {
    int from = start + offset;
    return IpAddress.of(Arrays.copyOfRange(array, from, from + family.bits() / 8));
  }

  ByteView from(int offset) {
    return new ByteView(array, start + offset, end);
  }

  ByteView first(int count) {
    return new ByteView(array, start, start + count);
  }
}
