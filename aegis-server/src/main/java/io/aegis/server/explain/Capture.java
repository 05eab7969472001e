package io.aegis.server.explain;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * A capture as tcpdump writes it: the classic pcap format (draft-ietf-opsawg-pcap), either byte
 * order, micro- or nanoseconds, Ethernet. Used by one thread.
 */
public final class Capture {
  private static final int MICROSECONDS = 0xA1B2C3D4;
  private static final int NANOSECONDS = 0xA1B23C4D;
  private static final int PCAPNG = 0x0A0D0D0A;
  private static final int ETHERNET = 1;

  /** Longer than any frame; a greater length is a damaged file. */
  private static final int LONGEST = 262_144;

  private final DataInputStream in;
  private final ByteOrder order;
  private int read;

  private Capture(DataInputStream in, ByteOrder order) {
    this.in = in;
    this.order = order;
  }

  /** A frame. Immutable as long as nobody writes into its bytes. */
  public static final class Frame {
    private final int number;
    private final byte[] bytes;
    private final int length;

    private Frame(int number, byte[] bytes, int length) {
      this.number = number;
      this.bytes = bytes;
      this.length = length;
    }

    /**
     * Returns its number in the capture, from 1 on, as other tools count.
     *
     * @return the number
     */
    public int number() {
      return number;
    }

    /**
     * Returns what was captured of it.
     *
     * @return the bytes from the Ethernet header on, not copied
     */
    public byte[] bytes() {
      return bytes;
    }

    /**
     * Returns how long it was on the wire.
     *
     * @return bytes
     */
    public int length() {
      return length;
    }

    /**
     * Returns whether the capture has only the beginning of the frame.
     *
     * @return true if bytes are missing
     */
    public boolean isCut() {
      return bytes.length < length;
    }
  }

  /**
   * Begins to read a capture.
   *
   * @param stream its bytes; stays the caller's
   * @return the capture
   * @throws IOException if it cannot be read, or is no capture of Ethernet frames; the message says
   *     what it is and what to do
   */
  public static Capture read(InputStream stream) throws IOException {
    var in = new DataInputStream(new BufferedInputStream(stream));
    int magic;
    try {
      magic = in.readInt();
    } catch (EOFException e) {
      throw new IOException("it is too short for a capture");
    }
    ByteOrder order = order(magic);
    var capture = new Capture(in, order);
    try {
      in.readNBytes(16); // version, time zone, accuracy, longest frame: nothing that matters here
      int link = capture.number() & 0x0FFF_FFFF;
      if (link != ETHERNET) {
        throw new IOException(
            "its frames are of link type "
                + link
                + ", not of Ethernet (1): capture on the protected interface itself");
      }
    } catch (EOFException e) {
      throw new IOException("it ends in its header");
    }
    return capture;
  }

  private static ByteOrder order(int magic) throws IOException {
    if (magic == MICROSECONDS || magic == NANOSECONDS) {
      return ByteOrder.BIG_ENDIAN;
    }
    int swapped = Integer.reverseBytes(magic);
    if (swapped == MICROSECONDS || swapped == NANOSECONDS) {
      return ByteOrder.LITTLE_ENDIAN;
    }
    throw new IOException(
        magic == PCAPNG
            ? "it is a pcapng file: convert it (tcpdump -r FILE -w NEW, or editcap -F pcap FILE NEW)"
            : "it is no capture: pcap files begin with a1b2c3d4");
  }

  private int number() throws IOException {
    int number = in.readInt();
    return order == ByteOrder.BIG_ENDIAN ? number : Integer.reverseBytes(number);
  }

  /**
   * Reads the next frame.
   *
   * @return the frame; empty at the end
   * @throws IOException if the capture cannot be read or is damaged; the message says where
   */
  public Optional<Frame> next() throws IOException {
    in.mark(1);
    if (in.read() < 0) {
      return Optional.empty();
    }
    in.reset();
    read++;
    try {
      in.readLong(); // when it was captured
      int captured = number();
      int length = number();
      if (captured < 0 || captured > LONGEST || length < captured) {
        throw new IOException("frame " + read + " is damaged: its length is " + captured);
      }
      byte[] bytes = new byte[captured];
      in.readFully(bytes);
      return Optional.of(new Frame(read, bytes, length));
    } catch (EOFException e) {
      throw new IOException("frame " + read + " is cut off: the file ends in it");
    }
  }
}
