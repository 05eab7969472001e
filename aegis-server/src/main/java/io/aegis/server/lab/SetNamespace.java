package io.aegis.server.lab;

import static io.aegis.server.lab.SystemCalls.CALL_STATE;
import static io.aegis.server.lab.SystemCalls.bind;
import static io.aegis.server.lab.SystemCalls.require;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * setns(2): moves the calling platform thread, and only it, into a network namespace. Sockets that
 * the thread opens afterwards belong to that namespace for good, whichever thread uses them.
 */
final class SetNamespace {
  private static final int O_RDONLY_CLOEXEC = 0x80000;
  private static final int CLONE_NEWNET = 0x40000000;

  private static final MethodHandle OPEN =
      bind(
          "open",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle SETNS =
      bind("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle CLOSE =
      bind("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private SetNamespace() {}

  /** Moves the calling thread into the namespace at {@code path}, such as {@code /run/netns/x}. */
  static void enter(Path path) {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException("a virtual thread has no namespace of its own");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CALL_STATE);
      int fd = (int) OPEN.invokeExact(state, arena.allocateFrom(path.toString()), O_RDONLY_CLOEXEC);
      require(fd >= 0, "opening network namespace " + path, state);
      try {
        require((int) SETNS.invokeExact(state, fd, CLONE_NEWNET) == 0, "entering " + path, state);
      } finally {
        int ignored = (int) CLOSE.invokeExact(state, fd);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a downcall throws nothing of its own", e);
    }
  }
}
