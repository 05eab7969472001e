package io.aegis.enforcer.xdp.internal;

import io.aegis.api.GrantId;
import io.aegis.api.Reason;
import io.aegis.api.Verdict;
import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.BpfProg.Run;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.util.Arrays;

/**
 * Asks the twin of an attached program: the same instructions over the same maps, with
 * AEGIS_SETTING_DRY_RUN, so that it writes nothing but its answer. Stateless.
 */
final class Twin {

  /** A test run wants a whole Ethernet header. */
  private static final int LEAST_FRAME = 14;

  private static final int XDP_PASS = 2;
  private static final int ACTION_MASK = 0xff;
  private static final int REASON_SHIFT = 8;
  private static final int REASON_MASK = 0xff;

  private Twin() {}

  /**
   * Says what the attached program would do.
   *
   * @throws IllegalArgumentException if the frame is shorter than an Ethernet header
   */
  static Verdict ask(OwnedFd twin, byte[] frame) throws Errno {
    if (frame.length < LEAST_FRAME) {
      throw new IllegalArgumentException("a frame has 14 bytes or more, not " + frame.length);
    }
    return verdict(BpfProg.testRun(twin, frame, 1));
  }

  /**
   * Says what the program attached for frames that leave would do.
   *
   * @throws IllegalArgumentException if the frame is shorter than an Ethernet header
   */
  static Verdict askEgress(OwnedFd twin, byte[] frame) throws Errno {
    if (frame.length != LEAST_FRAME) {
      return ask(twin, frame);
    }
    // A test run wants something behind that header. No verdict changes by a zero there: nothing
    // that may leave has one byte.
    return ask(twin, Arrays.copyOf(frame, LEAST_FRAME + 1));
  }

  /** Reads the answer. */
  static Verdict verdict(Run run) {
    boolean admitted = (run.returned() & ACTION_MASK) == XDP_PASS;
    Reason reason = Reason.ofCode((run.returned() >>> REASON_SHIFT) & REASON_MASK);
    long grant = run.frame().buffer().getLong();
    return new Verdict(admitted, reason, grant == 0 ? null : new GrantId(grant));
  }
}
