package io.aegis.enforcer.tck;

import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.tck.PacketCase.Step;

/**
 * A frame on its way.
 *
 * @param way whether it arrives or leaves
 * @param frame its bytes
 */
@SuppressWarnings("ArrayRecordComponent") // read, never compared nor changed
record Sent(Direction way, byte[] frame) {
  private static final String ARRIVING = "frame ";
  private static final String LEAVING = "leaving ";

  /** Reads a line of a {@link Corpus}. */
  static Sent of(String line) {
    if (line.startsWith(ARRIVING)) {
      return new Sent(Direction.INGRESS, text(line, ARRIVING));
    }
    if (line.startsWith(LEAVING)) {
      return new Sent(Direction.EGRESS, text(line, LEAVING));
    }
    throw new IllegalArgumentException("no frame: " + line);
  }

  private static byte[] text(String line, String way) {
    return FrameText.parse(line.substring(way.length())).bytes();
  }

  /** The line of a step. */
  static String line(Step step) {
    return line(step.way(), step.frameText());
  }

  static String line(Direction way, String frameText) {
    return (way == Direction.INGRESS ? ARRIVING : LEAVING) + frameText;
  }
}
