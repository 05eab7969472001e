package io.aegis.enforcer.xdp.internal.sys;

import java.lang.foreign.Arena;

/** Runs a program on a frame of several buffers, without any interface (Linux 6.18). */
public final class FragmentedRun {

  private FragmentedRun() {}

  /** Returns what the program returned; its first buffer has {@code first} bytes of the frame. */
  public static int run(OwnedFd program, byte[] frame, int first) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      // struct xdp_md: data, data_end, and four more words
      var context = arena.allocate(24, 8);
      context.set(java.lang.foreign.ValueLayout.JAVA_INT, 4, first);
      var attr =
          new BpfAttr(arena, 80)
              .put32(0, program.number())
              .put32(8, frame.length)
              .put(16, arena.allocateFrom(java.lang.foreign.ValueLayout.JAVA_BYTE, frame))
              .put32(32, 1)
              .put32(40, 24)
              .put(48, context);
      Bpf.command("PROG_TEST_RUN, fragmented", 10, attr);
      return attr.get32(4);
    }
  }
}
