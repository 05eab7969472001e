package io.aegis.enforcer.xdp.internal;

import io.aegis.api.GrantId;
import io.aegis.api.Reason;
import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.xdp.internal.load.Loader;
import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.BpfProg.Run;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The twin of an attached program: the same object over the same maps, with AEGIS_SETTING_DRY_RUN,
 * so that it writes nothing but its answer. It is loaded when it is first asked, since the verifier
 * takes as long for it as for the program, and hardly anybody asks. Thread-safe but for closing.
 */
final class Twin implements AutoCloseable {

  /** A test run wants a whole Ethernet header. */
  private static final int LEAST_FRAME = 14;

  private static final int ETHER_TYPE_AT = 12;
  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86dd;
  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;

  /** Of a frame that leaves; whatever the size of a page, a test run takes as many. */
  private static final int ALWAYS_TAKEN = 3_000;

  private static final int XDP_PASS = 2;
  private static final int ACTION_MASK = 0xff;
  private static final int REASON_SHIFT = 8;
  private static final int REASON_MASK = 0xff;

  /** Loads the twin. */
  interface Loading {
    OwnedFd load() throws Errno;
  }

  private final Direction way;
  private final Loading loading;
  private @Nullable OwnedFd program; // guarded by this

  Twin(Direction way, Loading loading) {
    this.way = way;
    this.loading = loading;
  }

  /**
   * Loads a twin.
   *
   * @param object the very one of the program
   * @param maps of the program, by name
   * @param variables of the program, but with the setting
   * @param flags of BPF_PROG_LOAD
   */
  static OwnedFd load(
      CompiledDirection object, Map<String, OwnedFd> maps, Map<String, byte[]> variables, int flags)
      throws Errno {
    try (Loader loader = Loader.of(object.spec())) {
      return loader.loadProgram(object.program(), maps, object.marked(variables), flags);
    }
  }

  Direction way() {
    return way;
  }

  /**
   * Says what the attached program would do.
   *
   * @throws IllegalArgumentException if the frame is shorter than an Ethernet header
   */
  Verdict ask(byte[] frame) throws Errno {
    if (frame.length < LEAST_FRAME) {
      throw new IllegalArgumentException("a frame has 14 bytes or more, not " + frame.length);
    }
    OwnedFd twin = program();
    if (way == Direction.INGRESS) {
      return verdict(BpfProg.testRun(twin, frame, 1));
    }
    try {
      return verdict(BpfProg.testRun(twin, testable(frame), 1));
    } catch (Errno e) {
      if (e.number() == Errno.EINVAL && frame.length > ALWAYS_TAKEN) {
        throw new EnforcerException(
            Kind.UNSUPPORTED,
            "explaining a frame of %d bytes that leaves: the kernel tests none that long; ask with one of %d bytes or less"
                .formatted(frame.length, ALWAYS_TAKEN),
            e);
      }
      throw e;
    }
  }

  private synchronized OwnedFd program() throws Errno {
    OwnedFd loaded = program;
    if (loaded == null) {
      loaded = loading.load();
      program = loaded;
    }
    return loaded;
  }

  /**
   * Returns a frame with the same answer of which the kernel makes a packet that leaves. It makes
   * none where the IP header is cut, or where nothing follows the Ethernet header. All of these are
   * malformed or are judged by their EtherType alone; a header of zeros is malformed as well, since
   * its version is.
   */
  private static byte[] testable(byte[] frame) {
    int etherType = (frame[ETHER_TYPE_AT] & 0xff) << 8 | (frame[ETHER_TYPE_AT + 1] & 0xff);
    int header =
        switch (etherType) {
          case IPV4 -> IPV4_BYTES;
          case IPV6 -> IPV6_BYTES;
          default -> 1;
        };
    return frame.length >= LEAST_FRAME + header
        ? frame
        : Arrays.copyOf(Arrays.copyOf(frame, LEAST_FRAME), LEAST_FRAME + header);
  }

  /** Reads the answer. */
  private static Verdict verdict(Run run) {
    boolean admitted = (run.returned() & ACTION_MASK) == XDP_PASS;
    Reason reason = Reason.ofCode((run.returned() >>> REASON_SHIFT) & REASON_MASK);
    long grant = run.frame().buffer().getLong();
    return new Verdict(admitted, reason, grant == 0 ? null : new GrantId(grant));
  }

  @Override
  public synchronized void close() {
    if (program != null) {
      program.close();
    }
  }
}
