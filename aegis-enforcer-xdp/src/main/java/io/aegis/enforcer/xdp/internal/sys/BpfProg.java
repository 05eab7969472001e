package io.aegis.enforcer.xdp.internal.sys;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The commands of bpf(2) about programs and links, one method each. Thread-safe. */
public final class BpfProg {

  /** What programs are for: {@code enum bpf_prog_type}, and where they are attached. */
  public enum Hook {
    /** Frames that arrive at an interface. */
    XDP(6, 37),
    /** Frames that leave through an interface (Linux 6.6). */
    TCX_EGRESS(3, 47);

    private final int type;
    private final int attachType;

    Hook(int type, int attachType) {
      this.type = type;
      this.attachType = attachType;
    }

    /**
     * Returns what a program is for that was compiled into a section.
     *
     * @param section its name, as libbpf has them
     * @return the hook
     * @throws IllegalArgumentException if it is none of these
     */
    public static Hook of(String section) {
      return switch (section) {
        case "xdp" -> XDP;
        case "tcx/egress" -> TCX_EGRESS;
        default -> throw new IllegalArgumentException("no hook for programs in " + section);
      };
    }
  }

  /** BPF_F_XDP_HAS_FRAGS: the program knows that a frame may have several buffers. */
  public static final int HAS_FRAGS = 1 << 5;

  /** BPF_F_BEFORE, with no other program named: before all others. */
  private static final int FIRST = 1 << 3;

  private static final int PROG_LOAD = 5;
  private static final int PROG_TEST_RUN = 10;
  private static final int PROG_QUERY = 16;
  private static final int LINK_CREATE = 28;
  private static final int MOST_PROGRAMS = 64;
  private static final int LINK_UPDATE = 29;
  private static final int LINK_DETACH = 34;

  private static final int TEST_XDP_LIVE_FRAMES = 1 << 1;
  private static final int LIVE_BATCH = 64;

  private static final int FUNC_INFO_BYTES = 8;
  private static final int LINE_INFO_BYTES = 16;
  private static final int INSTRUCTION_BYTES = 8;

  private BpfProg() {}

  /**
   * A program, ready for the kernel.
   *
   * @param name of its function
   * @param hook what it is for
   * @param instructions relocated
   * @param license as in the object
   * @param flags of BPF_PROG_LOAD
   * @param functionInfo records of 8 bytes, offsets in instructions
   * @param lineInfo records of 16 bytes, offsets in instructions
   */
  public record ProgramCode(
      String name,
      Hook hook,
      Bytes instructions,
      String license,
      int flags,
      Bytes functionInfo,
      Bytes lineInfo) {}

  /** Loads a program; the verifier's words go to {@code log}, which may be empty. */
  public static OwnedFd load(ProgramCode code, OwnedFd btf, MemorySegment log) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      BpfAttr attr =
          codeAttr(arena, code, log)
              .put32(72, btf.number())
              .put32(76, FUNC_INFO_BYTES)
              .put(80, copy(arena, code.functionInfo()))
              .put32(88, code.functionInfo().length() / FUNC_INFO_BYTES)
              .put32(92, LINE_INFO_BYTES)
              .put(96, copy(arena, code.lineInfo()))
              .put32(104, code.lineInfo().length() / LINE_INFO_BYTES);
      return load(code, attr);
    }
  }

  /** Loads a program without type information. */
  public static OwnedFd load(ProgramCode code, MemorySegment log) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      return load(code, codeAttr(arena, code, log));
    }
  }

  private static BpfAttr codeAttr(Arena arena, ProgramCode code, MemorySegment log) {
    var attr =
        new BpfAttr(arena, 112)
            .put32(0, code.hook().type)
            .put32(4, code.instructions().length() / INSTRUCTION_BYTES)
            .put(8, copy(arena, code.instructions()))
            .put(16, arena.allocateFrom(code.license()))
            .put32(44, code.flags())
            .putName(48, code.name())
            .put32(68, code.hook().attachType);
    return log.byteSize() == 0
        ? attr
        : attr.put32(24, 1).put32(28, (int) log.byteSize()).put(32, log);
  }

  private static OwnedFd load(ProgramCode code, BpfAttr attr) throws Errno {
    return new OwnedFd(
        Bpf.command("PROG_LOAD, " + code.name(), PROG_LOAD, attr), "program " + code.name());
  }

  private static MemorySegment copy(Arena arena, Bytes bytes) {
    return arena
        .allocate(Math.max(bytes.length(), 8), 8)
        .copyFrom(MemorySegment.ofArray(bytes.toArray()));
  }

  /**
   * What a test run gave.
   *
   * @param returned what the program returned
   * @param frame the frame afterwards
   * @param nanos the mean duration of one repeat, in nanoseconds
   */
  public record Run(int returned, Bytes frame, int nanos) {}

  /**
   * Runs a program on a frame, without any interface.
   *
   * @param frame 14 bytes or more
   * @param repeat how often, 1 or more
   */
  public static Run testRun(OwnedFd program, byte[] frame, int repeat) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(frame.length, 8);
      var attr =
          new BpfAttr(arena, 80)
              .put32(0, program.number())
              .put32(8, frame.length)
              .put32(12, frame.length)
              .put(16, copy(arena, Bytes.of(frame)))
              .put(24, out)
              .put32(32, repeat);
      Bpf.command("PROG_TEST_RUN, " + program, PROG_TEST_RUN, attr);
      return new Run(attr.get32(4), Bytes.of(out.toArray(JAVA_BYTE)), attr.get32(36));
    }
  }

  /**
   * Runs a program on frames that are real: where it redirects one to, there it goes (Linux 5.18).
   * Interfaces are those of the calling thread's network namespace.
   *
   * @param frame what each of them is at first; the kernel uses them again
   * @param count how many
   */
  public static void sendLive(OwnedFd program, byte[] frame, int count) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      var attr =
          new BpfAttr(arena, 80)
              .put32(0, program.number())
              .put32(8, frame.length)
              .put(16, copy(arena, Bytes.of(frame)))
              .put32(32, count)
              .put32(64, TEST_XDP_LIVE_FRAMES)
              .put32(72, LIVE_BATCH);
      Bpf.command("PROG_TEST_RUN on live frames, " + program, PROG_TEST_RUN, attr);
    }
  }

  /** Attaches a program to an interface; {@code flags} name the mode (XDP_FLAGS_*). */
  public static OwnedFd createLink(OwnedFd program, int interfaceIndex, int flags) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      var attr =
          new BpfAttr(arena, 16)
              .put32(0, program.number())
              .put32(4, interfaceIndex)
              .put32(8, Hook.XDP.attachType)
              .put32(12, flags);
      return new OwnedFd(
          Bpf.command("LINK_CREATE, interface " + interfaceIndex, LINK_CREATE, attr),
          "link on interface " + interfaceIndex);
    }
  }

  /** Attaches a program to frames that leave through an interface, before all others there. */
  public static OwnedFd createEgressLink(OwnedFd program, int interfaceIndex) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      var attr =
          new BpfAttr(arena, 32)
              .put32(0, program.number())
              .put32(4, interfaceIndex)
              .put32(8, Hook.TCX_EGRESS.attachType)
              .put32(12, FIRST);
      return new OwnedFd(
          Bpf.command("LINK_CREATE, egress of " + interfaceIndex, LINK_CREATE, attr),
          "egress link on interface " + interfaceIndex);
    }
  }

  /**
   * Lists the programs that see frames leave through an interface.
   *
   * @return their ids, in their order
   * @throws Errno EINVAL if this kernel has no such programs
   */
  public static List<Integer> egressPrograms(int interfaceIndex) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ids = arena.allocate(MOST_PROGRAMS * 4L, 4);
      var attr =
          new BpfAttr(arena, 64)
              .put32(0, interfaceIndex)
              .put32(4, Hook.TCX_EGRESS.attachType)
              .put(16, ids)
              .put32(24, MOST_PROGRAMS);
      Bpf.command("PROG_QUERY, egress of " + interfaceIndex, PROG_QUERY, attr);
      var found = new ArrayList<Integer>();
      for (int i = 0; i < Math.min(attr.get32(24), MOST_PROGRAMS); i++) {
        found.add(ids.getAtIndex(JAVA_INT, i));
      }
      return found;
    }
  }

  /** Puts another program in the place of a link's, in one step. */
  public static void updateLink(OwnedFd link, OwnedFd program) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      var attr = new BpfAttr(arena, 16).put32(0, link.number()).put32(4, program.number());
      Bpf.command("LINK_UPDATE, " + link, LINK_UPDATE, attr);
    }
  }

  /** Takes a link off its interface, whoever else holds it. */
  public static void detachLink(OwnedFd link) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      Bpf.command(
          "LINK_DETACH, " + link, LINK_DETACH, new BpfAttr(arena, 4).put32(0, link.number()));
    }
  }

  /**
   * What the kernel says about a link.
   *
   * @param programId the program it holds
   * @param interfaceIndex where it is attached; 0 once the interface is gone or it was detached
   */
  public record LinkInfo(int programId, int interfaceIndex) {}

  /** Reads {@code struct bpf_link_info}. */
  public static LinkInfo linkInfo(OwnedFd link) throws Errno {
    int[] words = Bpf.infoWords(link, 6);
    return new LinkInfo(words[2], words[4]);
  }

  /**
   * What the kernel says about a program.
   *
   * @param id its id
   * @param tag a hash over its instructions, in hexadecimal
   * @param name its name, cut to 15 characters
   */
  public record ProgramInfo(int id, String tag, String name) {}

  /** Reads {@code struct bpf_prog_info}. */
  public static ProgramInfo programInfo(OwnedFd program) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(80, 8);
      Bpf.info(program, info);
      byte[] tag = info.asSlice(8, 8).toArray(JAVA_BYTE);
      return new ProgramInfo(
          info.get(JAVA_INT, 4),
          HexFormat.of().formatHex(tag),
          info.asSlice(64, 16).getString(0, StandardCharsets.US_ASCII));
    }
  }

  /**
   * What the kernel says about a map.
   *
   * @param id its id
   * @param type as in {@code linux/bpf.h}
   * @param keySize in bytes
   * @param valueSize in bytes
   * @param maxEntries how many elements it takes
   * @param flags with which it was made
   */
  public record MapInfo(int id, int type, int keySize, int valueSize, int maxEntries, int flags) {}

  /** Reads {@code struct bpf_map_info}. */
  public static MapInfo mapInfo(OwnedFd map) throws Errno {
    int[] words = Bpf.infoWords(map, 6);
    return new MapInfo(words[1], words[0], words[2], words[3], words[4], words[5]);
  }
}
