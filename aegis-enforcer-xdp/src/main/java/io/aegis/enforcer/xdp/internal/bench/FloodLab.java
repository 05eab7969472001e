package io.aegis.enforcer.xdp.internal.bench;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.aegis.enforcer.xdp.internal.elf.CollectionSpec;
import io.aegis.enforcer.xdp.internal.link.Interfaces;
import io.aegis.enforcer.xdp.internal.link.NetInterface;
import io.aegis.enforcer.xdp.internal.load.Loader;
import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Kernel;
import io.aegis.enforcer.xdp.internal.sys.Owned;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A veth pair in a network namespace of its own, and a flood that goes in at one end: {@code
 * bpf/flood.bpf.c} on live frames. What protects the other end runs in the same thread, since a
 * veth hands a frame over by a soft interrupt of the sending CPU: so the CPU time of the thread is
 * that of generator and protection together. Nothing of it is left when the process is gone.
 *
 * <p>For the thread that {@link #inNamespaceOfItsOwn} starts.
 */
final class FloodLab implements AutoCloseable {

  /** The protected end. */
  static final String GUARDED = "guarded0";

  private static final String OUTSIDE = "outside0";
  private static final String TO = "02:00:5e:ae:00:01";
  private static final String FROM = "02:00:5e:ae:00:02";

  /** How many sources the flood has; none has a grant. */
  private static final int SOURCES = 65_536;

  private final Owned owned = new Owned();
  private final OwnedFd sender;

  /**
   * What a flood took.
   *
   * @param received how many frames have reached the protected end
   * @param threadNanos CPU time of sending, receiving and deciding
   * @param otherNanos CPU time of everything else in this process meanwhile
   * @param wallNanos how long it lasted
   */
  record Flood(long received, long threadNanos, long otherNanos, long wallNanos) {
    double nanosPerFrame() {
      return (double) threadNanos / received;
    }
  }

  private FloodLab() throws Errno {
    try {
      List.of("all", "default").forEach(FloodLab::withoutIpv6);
      Tool.run(
          "ip", "link", "add", OUTSIDE, "address", FROM, "type", "veth", "peer", "name", GUARDED,
          "address", TO);
      Tool.run("ip", "link", "set", "lo", "up");
      Tool.run("ip", "link", "set", OUTSIDE, "up");
      Tool.run("ip", "link", "set", GUARDED, "up");
      sender = loadSender(index(OUTSIDE));
    } catch (Errno | RuntimeException e) {
      owned.closeInto(e);
      throw e;
    }
  }

  /** No frame is there but those of the flood. */
  private static void withoutIpv6(String which) {
    try {
      Path setting = Path.of("/proc/sys/net/ipv6/conf", which, "disable_ipv6");
      if (Files.exists(setting)) {
        Files.writeString(setting, "1");
      }
    } catch (IOException e) {
      throw new IllegalStateException("turning IPv6 off for the flood: " + e.getMessage(), e);
    }
  }

  /** Does something in a new thread that has a network namespace of its own. */
  static <T> T inNamespaceOfItsOwn(Callable<T> work) throws Errno {
    var task =
        new FutureTask<>(() -> {
          Kernel.leaveNetwork();
          return work.call();
        });
    Thread.ofPlatform().name("aegis-bench-flood").start(task);
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring the flood", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case Errno errno -> throw errno;
        case RuntimeException runtime -> throw runtime;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException("measuring the flood: " + e, e);
      }
    }
  }

  /** Makes the pair; the calling thread has a network namespace of its own. */
  static FloodLab open() throws Errno {
    return new FloodLab();
  }

  static int index(String name) throws Errno {
    return Interfaces.list().stream()
        .filter(each -> each.name().equals(name))
        .mapToInt(NetInterface::index)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("there is no interface " + name));
  }

  private OwnedFd loadSender(int outside) throws Errno {
    CollectionSpec spec = CompiledObject.read("flood");
    Map<String, byte[]> variables =
        Map.of(
            "flood_interface",
            word(outside),
            "flood_first",
            word((int) Frames.stranger(0).low()),
            "flood_count",
            word(SOURCES),
            "flood_macs",
            HexFormat.ofDelimiter(":").parseHex(TO + ":" + FROM));
    try (Loader loader = Loader.of(spec)) {
      return owned.own(loader.loadProgram("flood_send", Map.of(), variables, 0));
    }
  }

  private static byte[] word(int number) {
    try (Arena arena = Arena.ofConfined()) {
      return arena.allocateFrom(JAVA_INT, number).toArray(JAVA_BYTE);
    }
  }

  /** Sends so many frames to where nobody may go. */
  Flood flood(int frames) throws Errno {
    byte[] frame = Frames.ofStrangers(Frames.PORT).getFirst();
    long received = received();
    long process = Kernel.processCpuNanos();
    long thread = Kernel.threadCpuNanos();
    long wall = System.nanoTime();
    BpfProg.sendLive(sender, frame, frames);
    wall = System.nanoTime() - wall;
    thread = Kernel.threadCpuNanos() - thread;
    process = Kernel.processCpuNanos() - process;
    return new Flood(received() - received, thread, Math.max(0, process - thread), wall);
  }

  /** How many frames the protected end has seen. */
  private static long received() {
    return column("/proc/thread-self/net/dev", GUARDED + ":", 2);
  }

  /** How many packets got through to IP. */
  static long passed() {
    return column("/proc/thread-self/net/snmp", "Ip:", 3);
  }

  /** The number in a column of the last line that begins with some word. */
  private static long column(String path, String first, int column) {
    try {
      return Files.readAllLines(Path.of(path)).stream()
          .map(line -> List.of(line.strip().split("\\s+", -1)))
          .filter(words -> words.getFirst().equals(first))
          .mapToLong(words -> number(words.get(column)))
          .reduce(0, (_, last) -> last);
    } catch (IOException e) {
      throw new IllegalStateException("reading " + path + ": " + e.getMessage(), e);
    }
  }

  private static long number(String text) {
    return text.matches("[0-9]+") ? Long.parseLong(text) : 0; // a heading is none
  }

  @Override
  public void close() {
    owned.close();
  }
}
