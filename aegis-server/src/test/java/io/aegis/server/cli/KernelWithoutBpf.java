package io.aegis.server.cli;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code aegis} on a kernel that was built without BPF, as far as a program can tell: a seccomp
 * filter answers every bpf(2) with ENOSYS. For root.
 */
final class KernelWithoutBpf {
  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
  private static final int NR_SECCOMP = ARM ? 277 : 317;
  private static final int NR_BPF = ARM ? 280 : 321;

  private static final int SET_MODE_FILTER = 1;
  private static final int ALL_THREADS = 1;
  private static final int ENOSYS = 38;
  private static final int RETURN_ERROR = 0x0005_0000;
  private static final int ALLOW = 0x7fff_0000;

  private KernelWithoutBpf() {}

  public static void main(String[] args) throws Throwable {
    takeBpfAway();
    Main.main(args);
  }

  // struct sock_filter { __u16 code; __u8 jt, jf; __u32 k; } and struct sock_fprog (seccomp(2)).
  private static void takeBpfAway() throws Throwable {
    long[] filter = {
      instruction(0x20, 0, 0), // load the number of the system call
      instruction(0x15, 1, NR_BPF), // another one: skip a line
      instruction(0x06, 0, RETURN_ERROR | ENOSYS),
      instruction(0x06, 0, ALLOW)
    };
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment program = arena.allocate(16, 8);
      program.set(ValueLayout.JAVA_SHORT, 0, (short) filter.length);
      program.set(ValueLayout.ADDRESS, 8, arena.allocateFrom(ValueLayout.JAVA_LONG, filter));
      long result = seccomp(program);
      if (result != 0) {
        throw new IllegalStateException("seccomp(2) answered " + result + "; it needs root");
      }
    }
  }

  @SuppressWarnings("restricted")
  private static long seccomp(MemorySegment program) throws Throwable {
    var syscall =
        Linker.nativeLinker()
            .downcallHandle(
                Linker.nativeLinker().defaultLookup().find("syscall").orElseThrow(),
                FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.ADDRESS),
                Linker.Option.firstVariadicArg(1));
    return (long)
        syscall.invokeExact((long) NR_SECCOMP, (long) SET_MODE_FILTER, (long) ALL_THREADS, program);
  }

  private static long instruction(int code, int otherwise, int value) {
    return code | (long) otherwise << 24 | (long) value << 32;
  }
}
