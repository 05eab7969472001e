package io.aegis.enforcer.xdp.internal.bench;

import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program and the frames it is measured with.
 *
 * @param name what is done
 * @param way which frames the program sees
 * @param program borrowed
 * @param frames {@link Frames#COUNT} of them
 * @param admits whether every frame is admitted, or dropped; null where some are
 */
record Work(
    String name, Direction way, OwnedFd program, List<byte[]> frames, @Nullable Boolean admits) {

  private static final int XDP_DROP = 1;
  private static final int XDP_PASS = 2;
  private static final int TCX_NEXT = -1;
  private static final int TCX_DROP = 2;

  Work {
    frames = List.copyOf(frames);
    if (frames.size() != Frames.COUNT) {
      throw new IllegalArgumentException(name + " has " + frames.size() + " frames");
    }
  }

  /** A work of a program for what arrives. */
  Work(String name, OwnedFd program, List<byte[]> frames, @Nullable Boolean admits) {
    this(name, Direction.INGRESS, program, frames, admits);
  }

  private int pass() {
    return way == Direction.INGRESS ? XDP_PASS : TCX_NEXT;
  }

  private int drop() {
    return way == Direction.INGRESS ? XDP_DROP : TCX_DROP;
  }

  /**
   * Checks what the program did with a frame.
   *
   * @throws IllegalStateException if it is not the work that is to be measured
   */
  void requireAction(int returned) {
    boolean expected =
        admits == null
            ? returned == pass() || returned == drop()
            : returned == (admits ? pass() : drop());
    if (!expected) {
      throw new IllegalStateException(
          "measuring '"
              + name
              + "': the program returned "
              + returned
              + " where the work is to "
              + (admits == null ? "decide" : admits ? "admit" : "drop")
              + "; the datapath is wrong, or the benchmark");
    }
  }
}
