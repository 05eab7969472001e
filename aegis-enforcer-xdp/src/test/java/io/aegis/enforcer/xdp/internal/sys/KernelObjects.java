package io.aegis.enforcer.xdp.internal.sys;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What this process holds in the kernel, as the kernel itself tells it. */
public final class KernelObjects {

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final Path DETAILS = Path.of("/proc/self/fdinfo");

  private KernelObjects() {}

  /** A BPF object; {@code kind} as /proc names its id: prog_id, map_id, link_id. */
  public record Id(String kind, int number) {

    /** Whether the kernel still has it, whoever holds it. */
    public boolean exists() throws Errno {
      int command =
          switch (kind) {
            case "prog_id" -> 13;
            case "map_id" -> 14;
            case "link_id" -> 30;
            default -> throw new IllegalStateException(kind);
          };
      try (Arena arena = Arena.ofConfined();
          var _ =
              new OwnedFd(
                  Bpf.command("GET_FD_BY_ID", command, new BpfAttr(arena, 12).put32(0, number)),
                  toString())) {
        return true;
      } catch (Errno e) {
        if (e.number() == Errno.ENOENT) {
          return false;
        }
        throw e;
      }
    }
  }

  /** How many descriptors are open, of whatever kind; the one that lists them is among them. */
  public static int descriptors() throws IOException {
    try (Stream<Path> open = Files.list(DESCRIPTORS)) {
      return (int) open.count();
    }
  }

  /** How many BPF maps are mapped. */
  public static long mappings() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.filter(line -> line.contains("bpf")).count();
    }
  }

  /** The BPF objects behind this process's descriptors. */
  public static Set<Id> held() throws IOException {
    var held = new HashSet<Id>();
    try (DirectoryStream<Path> open = Files.newDirectoryStream(DETAILS)) {
      for (Path each : open) {
        for (String line : linesOf(each)) {
          String[] parts = line.split(":\\s+", 2);
          if (parts.length == 2 && List.of("prog_id", "map_id", "link_id").contains(parts[0])) {
            held.add(new Id(parts[0], Integer.parseInt(parts[1].strip())));
          }
        }
      }
    }
    return held;
  }

  private static List<String> linesOf(Path detail) {
    try {
      return Files.readAllLines(detail);
    } catch (IOException e) {
      return List.of(); // closed meanwhile, or the one that lists them
    }
  }
}
