package io.aegis.server.lab;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.stream.Stream;

/** How the lab calls the C library, errno included. Stateless. */
final class SystemCalls {
  /** What a function that was bound here takes as its first argument. */
  static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();

  private static final Linker LINKER = Linker.nativeLinker();
  private static final VarHandle ERRNO =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private SystemCalls() {}

  /** Returns a function of the C library. */
  @SuppressWarnings("restricted")
  static MethodHandle bind(String name, FunctionDescriptor descriptor, Linker.Option... more) {
    Linker.Option[] options =
        Stream.concat(Stream.of(Linker.Option.captureCallState("errno")), Stream.of(more))
            .toArray(Linker.Option[]::new);
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
  }

  /** Throws what the last call with {@code state} has met, unless it went well. */
  static void require(boolean isFine, String doing, MemorySegment state) {
    if (!isFine) {
      int errno = (int) ERRNO.get(state, 0L);
      throw new LabException(
          doing + " failed with errno " + errno + (errno == 1 ? " (root is needed)" : ""));
    }
  }
}
