package io.aegis.enforcer.xdp.internal.probe;

import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.Bpf.MapShape;
import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.BpfProg.Hook;
import io.aegis.enforcer.xdp.internal.sys.BpfProg.ProgramCode;
import io.aegis.enforcer.xdp.internal.sys.Bytes;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What this kernel can do, found out by trying.
 *
 * @param hasBufferLength the helper {@code bpf_xdp_get_buff_len} (Linux 5.18)
 * @param hasFragments XDP programs for frames of several buffers (Linux 5.18)
 * @param hasEgress programs for frames that leave (tcx, Linux 6.6)
 */
public record Features(boolean hasBufferLength, boolean hasFragments, boolean hasEgress) {

  /**
   * Loopback, which every network namespace has; where it does not, the answer is another error.
   */
  private static final int SOME_INTERFACE = 1;

  private static final int HASH = 1;
  private static final int ARRAY = 2;
  private static final int NO_PREALLOC = 1;
  private static final int MMAPABLE = 1 << 10;
  private static final int GET_BUFF_LEN = 188;
  private static final int GET_BOOT_TIME = 125;

  private static final long RETURN_DROP = instruction(0xb7, 0, 1); // r0 = XDP_DROP
  private static final long EXIT = instruction(0x95, 0, 0);

  /** Something that the datapath cannot do without is missing. */
  public static final class MissingException extends Exception {

    private static final long serialVersionUID = 1L;

    MissingException(String what, Errno cause) {
      super(what, cause);
    }
  }

  /**
   * Tries.
   *
   * @return what is optional
   * @throws MissingException if something that is needed is refused, other than for want of a right
   * @throws Errno EPERM or EACCES if the process may not even try
   */
  public static Features probe() throws MissingException, Errno {
    require("hash maps in BPF", () -> makeMap(HASH, NO_PREALLOC));
    require("array maps that can be mapped (Linux 5.5)", () -> makeMap(ARRAY, MMAPABLE));
    require("XDP programs", () -> load(0, RETURN_DROP, EXIT));
    require("the boot clock in BPF (Linux 5.8)", () -> load(0, call(GET_BOOT_TIME), EXIT));
    return new Features(
        can(() -> load(0, call(GET_BUFF_LEN), EXIT)), takesFragments(), knowsEgress());
  }

  /**
   * Tries whether XDP programs can be for frames of several buffers.
   *
   * @return whether they can
   * @throws Errno if the process may not try
   */
  public static boolean takesFragments() throws Errno {
    return can(() -> load(BpfProg.HAS_FRAGS, RETURN_DROP, EXIT));
  }

  private static boolean knowsEgress() throws Errno {
    try {
      var _ = BpfProg.egressPrograms(SOME_INTERFACE);
      return true;
    } catch (Errno e) {
      if (isInconclusive(e)) {
        throw e;
      }
      return e.number() != Errno.EINVAL; // not known at all
    }
  }

  private interface Attempt {
    void run() throws Errno;
  }

  private static void require(String what, Attempt attempt) throws MissingException, Errno {
    try {
      attempt.run();
    } catch (Errno e) {
      if (isInconclusive(e)) {
        throw e;
      }
      throw new MissingException(what, e);
    }
  }

  private static boolean can(Attempt attempt) throws Errno {
    try {
      attempt.run();
      return true;
    } catch (Errno e) {
      if (isInconclusive(e)) {
        throw e;
      }
      return false;
    }
  }

  /** A refusal that says nothing about the kernel. */
  private static boolean isInconclusive(Errno e) {
    return switch (e.number()) {
      case Errno.EPERM, Errno.ENOMEM, Errno.EAGAIN, Errno.EINTR -> true;
      default -> false;
    };
  }

  private static void makeMap(int type, int flags) throws Errno {
    Bpf.createMap(new MapShape("aegis_probe", type, 4, 8, 1, flags, 0, 0)).close();
  }

  private static void load(int flags, long... instructions) throws Errno {
    ByteBuffer code =
        ByteBuffer.allocate(instructions.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    code.asLongBuffer().put(instructions);
    var program =
        new ProgramCode(
            "aegis_probe",
            Hook.XDP,
            Bytes.of(code.array()),
            "Dual BSD/GPL",
            flags,
            Bytes.EMPTY,
            Bytes.EMPTY);
    try (OwnedFd loaded = BpfProg.load(program, MemorySegment.NULL)) {
      loaded.number();
    }
  }

  private static long call(int helper) {
    return instruction(0x85, 0, helper);
  }

  private static long instruction(int operation, int registers, int immediate) {
    return ((long) immediate << 32) | ((long) registers << 8) | operation;
  }
}
