package io.aegis.enforcer.xdp.internal.sys;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** An immutable sequence of bytes, compared by content. */
public final class Bytes {

  /** No bytes. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] content;

  private Bytes(byte[] content) {
    this.content = content;
  }

  /**
   * Copies an array.
   *
   * @param array copied
   * @return its content
   */
  public static Bytes of(byte[] array) {
    return new Bytes(array.clone());
  }

  /**
   * Returns how many bytes there are.
   *
   * @return the length
   */
  public int length() {
    return content.length;
  }

  /**
   * Returns the bytes.
   *
   * @return a copy
   */
  public byte[] toArray() {
    return content.clone();
  }

  /**
   * Returns the bytes, to be read as numbers of the kernel's order.
   *
   * @return a little-endian view that cannot be written
   */
  public ByteBuffer buffer() {
    return ByteBuffer.wrap(content).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Returns some of the bytes.
   *
   * @param from the first
   * @param to one more than the last
   * @return a copy
   */
  public Bytes slice(int from, int to) {
    return new Bytes(Arrays.copyOfRange(content, from, to));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }

  /** Returns how many there are; programs are too long to print. */
  @Override
  public String toString() {
    return content.length + " bytes";
  }
}
