package io.aegis.enforcer.xdp.internal;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.IpAddress.Family;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.xdp.internal.elf.CollectionSpec;
import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.load.Loader;
import io.aegis.enforcer.xdp.internal.map.BootClock;
import io.aegis.enforcer.xdp.internal.map.GracePeriod;
import io.aegis.enforcer.xdp.internal.map.GrantReader;
import io.aegis.enforcer.xdp.internal.map.GrantTable;
import io.aegis.enforcer.xdp.internal.map.ProgramSettings;
import io.aegis.enforcer.xdp.internal.map.StateWord;
import io.aegis.enforcer.xdp.internal.probe.Features;
import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Kernel;
import io.aegis.enforcer.xdp.internal.sys.Owned;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures the datapath in nanoseconds per frame, by BPF_PROG_TEST_RUN, beside a floor program in
 * the same run. Frames are 64 bytes and always the same 100, so caches are hot (work A of the
 * design). It attaches and pins nothing; run it as root, with native access on.
 */
final class DatapathBench {

  private static final int GRANTS = 5_000;
  private static final int FRAMES = 100;
  private static final int REPEATS = 10_000;
  private static final int ROUNDS = 9;
  private static final int FRAME_BYTES = 64;
  private static final int PORT = 443;
  private static final IpAddress SERVICE = IpAddress.parse("10.77.9.1");
  private static final IpAddress SERVICE6 = IpAddress.parse("fd77::9:1");

  /** Something that is measured: a program, and frames for it. */
  private record Work(String name, OwnedFd program, List<byte[]> frames, int verdict) {

    /** Nanoseconds per frame, the mean over all frames. */
    double run() throws Errno {
      double sum = 0;
      for (byte[] frame : frames) {
        BpfProg.Run run = BpfProg.testRun(program, frame, REPEATS);
        if (run.returned() != verdict) {
          throw new IllegalStateException(name + ": the program returned " + run.returned());
        }
        sum += run.nanos();
      }
      return sum / frames.size();
    }
  }

  private final Owned owned = new Owned();

  private DatapathBench() {}

  /** Prints one line per work; no arguments. */
  public static void main(String[] args) throws Exception {
    Preconditions.requireNativeAccess("measuring the datapath");
    Preconditions.requirePrivileges("measuring the datapath");
    var bench = new DatapathBench();
    try {
      bench.report(bench.works());
    } finally {
      bench.owned.close();
    }
  }

  private List<Work> works() throws Exception {
    OwnedFd floor = floor();
    OwnedFd datapath = datapath();
    return List.of(
        new Work("floor: parse IPv4 and TCP, one hash lookup", floor, frames(0, Family.IPV4), 2),
        new Work("admit by grant, IPv4", datapath, frames(0, Family.IPV4), 2),
        new Work("admit by grant, IPv6", datapath, frames(0, Family.IPV6), 2),
        new Work("drop without grant, IPv4", datapath, frames(GRANTS, Family.IPV4), 1),
        new Work("drop without grant, IPv6", datapath, frames(GRANTS, Family.IPV6), 1));
  }

  private OwnedFd floor() throws Errno {
    CollectionSpec spec = CollectionSpec.parse(ObjectFile.read("floor.bpf.o"));
    Loader loader = owned.own(Loader.of(spec));
    OwnedFd table = owned.own(loader.createMap(spec.map("floor_table").withMaxEntries(GRANTS)));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(16, 8);
      for (int i = 0; i < GRANTS; i++) {
        byte[] key =
            ByteBuffer.allocate(12)
                .put(client(i, Family.IPV4).bytes())
                .put(SERVICE.bytes())
                .putShort((short) PORT)
                .array();
        Bpf.update(table, arena.allocateFrom(JAVA_BYTE, key), value, Bpf.NO_EXIST);
      }
    }
    return owned.own(loader.loadProgram("aegis_floor", Map.of("floor_table", table), Map.of(), 0));
  }

  private OwnedFd datapath() throws Exception {
    CollectionSpec spec = CollectionSpec.parse(ObjectFile.read());
    Loader loader = owned.own(Loader.of(spec));
    var nowhere = new Pins("no-instance-of-this-name");
    SharedMaps maps = owned.own(SharedMaps.open(nowhere, spec, loader, 2 * GRANTS, "measuring"));
    StateWord state = owned.own(StateWord.map(maps.get(SharedMaps.STATE)));
    InstantSource sinceBoot = () -> Instant.EPOCH.plusNanos(Kernel.bootNanos());
    var clock = new BootClock(sinceBoot, Kernel::bootNanos, state);
    var reader = new GrantReader(maps.get(SharedMaps.GRANTS), maps.get(SharedMaps.ACTIVITY), clock);
    GrantTable table = GrantTable.open(reader, new GracePeriod(), 2 * GRANTS);
    var grants = new ArrayList<Grant>();
    for (int i = 0; i < GRANTS; i++) {
      for (Family family : Family.values()) {
        grants.add(
            Grant.until(
                new GrantId(grants.size() + 1),
                client(i, family),
                Target.of(service(family), Protocol.TCP, PORT),
                clock.now().plusSeconds(3600)));
      }
    }
    table.apply(new GrantUpdate(List.of(), grants, List.of()));
    var settings =
        new ProgramSettings(
            0,
            InterfaceSettings.enforcing("bench"),
            List.of(),
            Features.probe().hasBufferLength(),
            false);
    ProgramPair pair = owned.own(ProgramPair.load(loader, maps.byName(), settings, 0));
    return pair.live();
  }

  private static IpAddress service(Family family) {
    return family == Family.IPV4 ? SERVICE : SERVICE6;
  }

  private static IpAddress client(int number, Family family) {
    return family == Family.IPV4
        ? new IpAddress(family, 0, 0x0A4D0000L + number)
        : new IpAddress(family, 0xFD77_0000_0000_0000L, number);
  }

  /** Frames of clients spread over all grants, or, from {@code GRANTS} on, of strangers. */
  private static List<byte[]> frames(int first, Family family) {
    var frames = new ArrayList<byte[]>();
    for (int i = 0; i < FRAMES; i++) {
      frames.add(frame(client(first + i * (GRANTS / FRAMES), family), family));
    }
    return frames;
  }

  // An IPv6 header and a TCP header make 74 bytes with Ethernet's, so those frames are longer.
  private static byte[] frame(IpAddress client, Family family) {
    boolean isIpv4 = family == Family.IPV4;
    ByteBuffer frame = ByteBuffer.allocate(isIpv4 ? FRAME_BYTES : FRAME_BYTES + 10);
    frame.position(12).putShort((short) (isIpv4 ? 0x0800 : 0x86DD));
    if (isIpv4) {
      frame.put((byte) 0x45).put((byte) 0).putShort((short) (frame.capacity() - 14));
      frame.putInt(0x4000).put((byte) 64).put((byte) 6).putShort((short) 0);
    } else {
      frame.putInt(0x60000000).putShort((short) 20).put((byte) 6).put((byte) 64);
    }
    frame.put(client.bytes()).put(service(family).bytes());
    frame.putShort((short) 40_000).putShort((short) PORT).putLong(0);
    frame.put((byte) 0x50).put((byte) 0x10);
    return frame.array();
  }

  private void report(List<Work> works) throws Errno {
    double[][] nanos = new double[works.size()][ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < works.size(); i++) {
        nanos[i][round] = works.get(i).run(); // in turn, so that a busy machine hurts all alike
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%d grants per family, %d frames x %d repeats, median of %d (least to most)%n",
        GRANTS,
        FRAMES,
        REPEATS,
        ROUNDS);
    for (double[] each : nanos) {
      Arrays.sort(each);
    }
    double floor = nanos[0][ROUNDS / 2];
    for (int i = 0; i < works.size(); i++) {
      System.out.printf(
          Locale.ROOT,
          "%-44s %6.1f ns  (%.1f to %.1f)  %.2f x floor%n",
          works.get(i).name(),
          nanos[i][ROUNDS / 2],
          nanos[i][0],
          nanos[i][ROUNDS - 1],
          nanos[i][ROUNDS / 2] / floor);
    }
  }
}
