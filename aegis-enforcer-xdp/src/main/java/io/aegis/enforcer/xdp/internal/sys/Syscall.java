package io.aegis.enforcer.xdp.internal.sys;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The one downcall of this module: {@code syscall(2)} of the C library, with machine words.
 *
 * <p>One function shape serves every call, which keeps the start short (binding a shape costs
 * milliseconds, a call nanoseconds). Addresses are passed as words, so the caller keeps the arena
 * they lie in open until the call returns. Thread-safe.
 */
final class Syscall {

  private static final MethodHandle SYSCALL = bind();
  private static final VarHandle ERRNO =
      Linker.Option.captureStateLayout().varHandle(PathElement.groupElement("errno"));

  private Syscall() {}

  // The one lookup of this module: everything restricted is in these lines.
  @SuppressWarnings("restricted")
  private static MethodHandle bind() {
    Linker linker = Linker.nativeLinker();
    var shape =
        FunctionDescriptor.of(
            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("syscall"),
        shape,
        Linker.Option.firstVariadicArg(1),
        Linker.Option.captureCallState("errno"));
  }

  /**
   * Does a system call.
   *
   * @param doing the call with its object, for the message; not evaluated further
   * @param number of the call on this architecture
   * @return what the call returned, not negative
   * @throws Errno if it failed
   */
  static long call(String doing, int number, long a, long b, long c, long d, long e, long f)
      throws Errno {
    // errno lands in memory of this call alone: a shared segment would let threads read each
    // other's.
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
      long result = (long) SYSCALL.invokeExact(state, (long) number, a, b, c, d, e, f);
      if (result == -1) {
        throw new Errno(doing, (int) ERRNO.get(state, 0L));
      }
      return result;
    } catch (Errno | RuntimeException | Error thrown) {
      throw thrown;
    } catch (Throwable thrown) {
      throw new AssertionError("a downcall throws nothing", thrown);
    }
  }

  static long call(String doing, int number, long a, long b, long c) throws Errno {
    return call(doing, number, a, b, c, 0, 0, 0);
  }
}
