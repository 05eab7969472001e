package io.aegis.server.explain;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Captures as tcpdump would write them. */
public final class TestCapture {
  static final int MICROSECONDS = 0xA1B2C3D4;
  static final int NANOSECONDS = 0xA1B23C4D;
  static final int ETHERNET = 1;

  private TestCapture() {}

  public static byte[] of(byte[]... frames) {
    return of(ByteOrder.LITTLE_ENDIAN, MICROSECONDS, ETHERNET, frames);
  }

  static byte[] of(ByteOrder order, int magic, int link, byte[]... frames) {
    ByteBuffer file = ByteBuffer.allocate(1 << 16).order(order);
    file.putInt(magic).putShort((short) 2).putShort((short) 4).putLong(0).putInt(65_535);
    file.putInt(link);
    for (byte[] frame : frames) {
      file.putLong(0).putInt(frame.length).putInt(frame.length).put(frame);
    }
    byte[] bytes = new byte[file.position()];
    file.flip().get(bytes);
    return bytes;
  }
}
