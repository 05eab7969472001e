package io.aegis.server.lab;

import static io.aegis.server.lab.SystemCalls.CALL_STATE;
import static io.aegis.server.lab.SystemCalls.bind;
import static io.aegis.server.lab.SystemCalls.require;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.aegis.api.IpAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What goes over an interface of the lab, with the kernel's times: a ring of packet(7), which has
 * room for {@value #FRAMES} frames. On a filtered interface only what the filter has let through is
 * seen. For one thread.
 */
public final class Wire implements AutoCloseable {
  private static final MethodHandle SOCKET =
      bind("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle SET =
      bind(
          "setsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle GET =
      bind(
          "getsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle INDEX =
      bind("if_nametoindex", FunctionDescriptor.of(JAVA_INT, ADDRESS));
  private static final MethodHandle BIND =
      bind("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle MAP =
      bind(
          "mmap",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle UNMAP =
      bind("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle CLOSE =
      bind("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private static final int AF_PACKET = 17;
  private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
  private static final short EVERY_PROTOCOL = 3;
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_SHARED = 1;
  private static final int SOL_SOCKET = 1;
  private static final int SO_TIMESTAMPNS = 64;
  private static final int SOL_PACKET = 263;
  private static final int PACKET_RX_RING = 5;
  private static final int PACKET_STATISTICS = 6;
  private static final int PACKET_VERSION = 10;

  private static final int FRAME_BYTES = 128;
  private static final int BLOCK_BYTES = 1 << 16;
  private static final int FRAMES = 1 << 17;
  private static final long RING_BYTES = (long) FRAMES * FRAME_BYTES;

  // struct tpacket2_hdr, then struct sockaddr_ll
  private static final int STATUS = 0;
  private static final int LENGTH_HERE = 8;
  private static final int START = 12;
  private static final int SECONDS = 16;
  private static final int NANOSECONDS = 20;
  private static final int KIND = 32 + 10;
  private static final int SENT = 4;

  private static final int IPV4_SOURCE = 14 + 12;
  private static final int IPV4_DESTINATION = 14 + 16;

  private final int socket;
  private final MemorySegment ring;

  /**
   * What was seen of a host.
   *
   * @param toHost when the last packet to it went by; null if none did
   * @param fromHost when the last packet from it went by; null if none did
   */
  public record Last(@Nullable Instant toHost, @Nullable Instant fromHost) {}

  private Wire(int socket, MemorySegment ring) {
    this.socket = socket;
    this.ring = ring;
  }

  /**
   * Begins to listen.
   *
   * @param where the namespace
   * @param interfaceName an interface in it
   * @return a listener; the caller closes it
   * @throws LabException if the kernel refuses
   */
  public static Wire listen(NetworkNamespace where, String interfaceName) {
    return where.call(() -> {
      try {
        return open(interfaceName);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new AssertionError("a downcall throws nothing of its own", e);
      }
    });
  }

  @SuppressWarnings("restricted")
  private static Wire open(String name) throws Throwable {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CALL_STATE);
      int socket = (int) SOCKET.invokeExact(state, AF_PACKET, SOCK_RAW_CLOEXEC, 0);
      require(socket >= 0, "listening on " + name, state);
      try {
        // Else a frame has the time at which the ring gets it; it may wait in a backlog before.
        set(arena, socket, SOL_SOCKET, SO_TIMESTAMPNS, 1);
        set(arena, socket, SOL_PACKET, PACKET_VERSION, 1);
        set(
            arena,
            socket,
            SOL_PACKET,
            PACKET_RX_RING,
            BLOCK_BYTES,
            (int) (RING_BYTES / BLOCK_BYTES),
            FRAME_BYTES,
            FRAMES);
        long at =
            (long) MAP.invokeExact(state, 0L, RING_BYTES, PROT_READ_WRITE, MAP_SHARED, socket, 0L);
        require(at != -1, "mapping what goes over " + name, state);
        var wire = new Wire(socket, MemorySegment.ofAddress(at).reinterpret(RING_BYTES));
        wire.bindTo(arena, name);
        return wire;
      } catch (RuntimeException | Error e) {
        int ignored = (int) CLOSE.invokeExact(state, socket);
        throw e;
      }
    }
  }

  private static void set(Arena arena, int socket, int level, int option, int... values)
      throws Throwable {
    MemorySegment state = arena.allocate(CALL_STATE);
    MemorySegment value = arena.allocateFrom(JAVA_INT, values);
    int result = (int) SET.invokeExact(state, socket, level, option, value, (int) value.byteSize());
    require(result == 0, "setting option " + option + " of a packet socket", state);
  }

  private void bindTo(Arena arena, String name) throws Throwable {
    MemorySegment state = arena.allocate(CALL_STATE);
    int index = (int) INDEX.invokeExact(state, arena.allocateFrom(name));
    require(index > 0, "looking for interface " + name, state);
    // struct sockaddr_ll: family, protocol (network order), interface
    MemorySegment address = arena.allocate(20, 4);
    address.set(JAVA_SHORT, 0, (short) AF_PACKET);
    address.set(JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2, EVERY_PROTOCOL);
    address.set(JAVA_INT, 4, index);
    int result = (int) BIND.invokeExact(state, socket, address, (int) address.byteSize());
    require(result == 0, "listening on " + name, state);
  }

  /**
   * Tells when the last packets to and from a host went by.
   *
   * @param host an IPv4 address; what arrives counts as sent to it, what leaves as sent by it
   * @return the times, by the wall clock
   * @throws LabException if something may have been missed
   */
  public Last last(IpAddress host) {
    requireComplete();
    byte[] address = host.bytes();
    Instant to = null;
    Instant from = null;
    for (long at = 0; at < RING_BYTES && ring.get(JAVA_INT, at + STATUS) != 0; at += FRAME_BYTES) {
      boolean leaves = ring.get(JAVA_BYTE, at + KIND) == SENT;
      if (!isAt(at, leaves ? IPV4_SOURCE : IPV4_DESTINATION, address)) {
        continue;
      }
      Instant time =
          Instant.ofEpochSecond(
              Integer.toUnsignedLong(ring.get(JAVA_INT, at + SECONDS)),
              ring.get(JAVA_INT, at + NANOSECONDS));
      if (leaves) {
        from = time;
      } else {
        to = time;
      }
    }
    return new Last(to, from);
  }

  private boolean isAt(long frame, int offset, byte[] address) {
    if (ring.get(JAVA_INT, frame + LENGTH_HERE) < offset + address.length) {
      return false;
    }
    long start = frame + Short.toUnsignedInt(ring.get(JAVA_SHORT, frame + START)) + offset;
    return Arrays.equals(ring.asSlice(start, address.length).toArray(JAVA_BYTE), address);
  }

  private void requireComplete() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CALL_STATE);
      MemorySegment counts = arena.allocate(JAVA_INT, 2); // seen, missed
      MemorySegment bytes = arena.allocateFrom(JAVA_INT, 8);
      int result =
          (int) GET.invokeExact(state, socket, SOL_PACKET, PACKET_STATISTICS, counts, bytes);
      require(result == 0, "asking what was missed", state);
      int missed = counts.getAtIndex(JAVA_INT, 1);
      if (missed > 0) {
        throw new LabException(missed + " frames went by unseen: the machine is too busy");
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a downcall throws nothing of its own", e);
    }
  }

  @Override
  public void close() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CALL_STATE);
      int unmapped = (int) UNMAP.invokeExact(state, ring.address(), RING_BYTES);
      int closed = (int) CLOSE.invokeExact(state, socket);
      require(unmapped == 0 && closed == 0, "ending to listen", state);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a downcall throws nothing of its own", e);
    }
  }
}
