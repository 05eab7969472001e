package io.aegis.enforcer.xdp.internal.probe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The rights of this process (capabilities(7)). */
public final class Privileges {

  private static final int NET_ADMIN = 12;
  private static final int SYS_ADMIN = 21;
  private static final int PERFMON = 38;
  private static final int BPF = 39;

  private static final String EFFECTIVE = "CapEff:";

  private Privileges() {}

  /**
   * Returns the capabilities that the datapath needs and this process lacks.
   *
   * @return names; empty if nothing is missing
   */
  public static List<String> missing() {
    try {
      return missing(Files.readString(Path.of("/proc/self/status")));
    } catch (IOException e) {
      throw new UncheckedIOException("reading the capabilities of this process", e);
    }
  }

  /** Returns what is missing according to the text of {@code /proc/PID/status}. */
  static List<String> missing(String status) {
    long effective =
        status
            .lines()
            .filter(line -> line.startsWith(EFFECTIVE))
            .map(line -> Long.parseUnsignedLong(line.substring(EFFECTIVE.length()).strip(), 16))
            .findFirst()
            .orElse(0L);
    // CAP_SYS_ADMIN includes what CAP_BPF and CAP_PERFMON were split off from (Linux 5.8).
    boolean isAdmin = has(effective, SYS_ADMIN);
    var missing = new ArrayList<String>();
    if (!has(effective, BPF) && !isAdmin) {
      missing.add("CAP_BPF");
    }
    if (!has(effective, NET_ADMIN)) {
      missing.add("CAP_NET_ADMIN");
    }
    if (!has(effective, PERFMON) && !isAdmin) {
      missing.add("CAP_PERFMON");
    }
    return missing;
  }

  private static boolean has(long set, int capability) {
    return ((set >>> capability) & 1) == 1;
  }
}
