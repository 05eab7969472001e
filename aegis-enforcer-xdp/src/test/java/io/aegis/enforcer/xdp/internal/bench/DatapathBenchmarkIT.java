package io.aegis.enforcer.xdp.internal.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.enforcer.xdp.internal.probe.Features;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark from end to end, in short: it measures what it says. No figure is judged. */
@Tag("kernel")
class DatapathBenchmarkIT {

  private static final Pattern ROW =
      Pattern.compile(
          "\\{\"name\": \".+\", \"value\": [0-9.]+, \"unit\": \"(ns|µs|ms|M|%)\", \"floor\": .+,"
              + " \"ratio\": .+, \"budget\": .+, \"met\": (true|false|null), \"spread\": .+},?");

  /** A flood that loses frames, three times over, on a machine that does something else. */
  private static final Pattern NOT_MEASURED =
      Pattern.compile(
          "\\{\"name\": \"(floor: flood|flood|frames dropped|CPU of).+\", \"value\": null, .+,"
              + " \"not_measured\": \"of 20,000 frames only .+\"},?");

  @TempDir private Path folder;

  @Test
  void run_quick_measuresEveryWorkAndLeavesNothing() throws Exception {
    int openBefore = OwnedFd.openCount();
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    Path json = folder.resolve("rows.json");

    int status =
        DatapathBenchmark.run(List.of("--quick", "--json", json.toString()), to(out), to(err));

    assertThat(status).as(err.toString(StandardCharsets.UTF_8)).isZero();
    List<String> lines = Files.readAllLines(json);
    assertThat(lines.getFirst()).isEqualTo("[");
    assertThat(lines.getLast()).isEqualTo("]");
    List<String> rows = lines.subList(1, lines.size() - 1).stream().map(String::strip).toList();
    int filter = Guards.xdpFilterObstacle().isEmpty() ? 1 : 0;
    int leaving = Features.probe().hasEgress() ? 3 : 0;
    int nftables = Guards.nftablesObstacle().isEmpty() ? 1 : 0;
    assertThat(rows)
        .hasSize(40 + leaving + 3 * (filter + nftables))
        .allMatch(row -> ROW.matcher(row).matches() || NOT_MEASURED.matcher(row).matches());
    assertThat(rows.stream().filter(row -> !row.contains("\"budget\": null"))).hasSize(9 + filter);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("admit by exact grant, IPv4", "drop without a grant", "one grant added")
        .contains(
            "mixed, every other client",
            "admit by prefix grant",
            "dropped by Aegis",
            "CPU of the agent")
        .contains(filter + nftables == 2 ? "÷ nftables" : "no flood row for");
    assertThat(OwnedFd.openCount()).isEqualTo(openBefore);
  }

  private static PrintStream to(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
