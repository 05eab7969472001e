package io.aegis.examples.nftables;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One end of an Ethernet interface whose other end is the kernel. A frame that is written has gone
 * through the whole of the receiving side, and out through a bridge, when {@link #write} returns:
 * {@code tun_get_user} calls the network stack itself. So nothing has to be waited for.
 *
 * <p>Not thread-safe. The interface is gone when the process is.
 */
final class Tap {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final FunctionDescriptor OPEN =
      FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
  private static final FunctionDescriptor IOCTL =
      FunctionDescriptor.of(
          ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);
  private static final FunctionDescriptor SETNS =
      FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
  private static final FunctionDescriptor TRANSFER =
      FunctionDescriptor.of(
          ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);

  private static final MethodHandle READ = function("read", TRANSFER);
  private static final MethodHandle WRITE = function("write", TRANSFER);

  private static final int READ_WRITE_NONBLOCK = 0x802;
  private static final int CLONE_NEWNET = 0x4000_0000;
  private static final long TUNSETIFF = 0x4004_54CAL;
  private static final short TAP_WITHOUT_PREFIX = 0x1002;
  private static final int FLAGS = 16;
  private static final int LONGEST = 65_536;

  private final int fd;
  private final MemorySegment buffer = Arena.ofAuto().allocate(LONGEST);

  private Tap(int fd) {
    this.fd = fd;
  }

  /** Makes an interface of this name in the network namespace of another process. */
  static Tap create(String name, String namespace) {
    var made = new java.util.concurrent.FutureTask<>(() -> createHere(name, namespace));
    Thread.ofPlatform().name("aegis-test-tap").start(made); // it stays in that namespace
    try {
      return made.get();
    } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException("making the interface " + name, e);
    }
  }

  private static Tap createHere(String name, String namespace) {
    try (Arena arena = Arena.ofConfined()) {
      int space = open(arena, namespace);
      require((int) function("setns", SETNS).invokeExact(space, CLONE_NEWNET), "setns");
      int fd = open(arena, "/dev/net/tun");
      MemorySegment request = arena.allocate(40);
      request.setString(0, name, StandardCharsets.US_ASCII);
      request.set(ValueLayout.JAVA_SHORT, FLAGS, TAP_WITHOUT_PREFIX);
      MethodHandle ioctl = function("ioctl", IOCTL, Linker.Option.firstVariadicArg(2));
      require((int) ioctl.invokeExact(fd, TUNSETIFF, request), "TUNSETIFF");
      return new Tap(fd);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static int open(Arena arena, String path) throws Throwable {
    MethodHandle open = function("open", OPEN, Linker.Option.firstVariadicArg(2));
    int flags = path.startsWith("/proc") ? 0 : READ_WRITE_NONBLOCK;
    return require((int) open.invokeExact(arena.allocateFrom(path), flags), "opening " + path);
  }

  private static int require(int result, String what) {
    if (result < 0) {
      throw new IllegalStateException(
          what + " failed; the kernel tests need root and /dev/net/tun");
    }
    return result;
  }

  @SuppressWarnings("restricted")
  private static MethodHandle function(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().find(name).orElseThrow(), descriptor, options);
  }

  /** Lets a frame arrive on the interface. */
  void write(byte[] frame) {
    MemorySegment.copy(frame, 0, buffer, ValueLayout.JAVA_BYTE, 0, frame.length);
    long written = transfer(WRITE, frame.length);
    if (written != frame.length) {
      throw new IllegalStateException("a frame of " + frame.length + " bytes was not taken");
    }
  }

  /** The next frame that has left through the interface, or null if there is none. */
  byte @Nullable [] read() {
    long length = transfer(READ, LONGEST);
    return length < 0 ? null : buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
  }

  private long transfer(MethodHandle function, long length) {
    try {
      return (long) function.invokeExact(fd, buffer, length);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
