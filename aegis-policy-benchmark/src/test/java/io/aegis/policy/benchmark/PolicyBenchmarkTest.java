package io.aegis.policy.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark measures what it says; how fast that is, no test judges. */
final class PolicyBenchmarkTest {

  @TempDir Path folder;

  private final ByteArrayOutputStream told = new ByteArrayOutputStream();

  /** Every setup holds the engines to each other's answers on all requests, and fails otherwise. */
  @Test
  void quick_measuresEveryRow() throws Exception {
    Path json = folder.resolve("rows.json");

    assertThat(run("--quick", "--json", json.toString())).isZero();

    assertThat(told.toString(StandardCharsets.UTF_8))
        .contains("decide, 10,000 principals, 1,000 services, 5000 rules", "≤ 200 ns")
        .contains("decide by a CEL condition of three terms", "compile 100,000 rules")
        .contains("aegis, 10 rules ÷ the faster of them", "jcasbin, 1000 rules", "cedar, 10 rules")
        .contains("100000 rules  █");
    assertThat(Files.readAllLines(json)).hasSize(2 + 18);
  }

  @Test
  void run_whatItDoesNotUnderstand_isRefused() {
    assertThat(run("--fast")).isEqualTo(2);
    assertThat(run("--json")).isEqualTo(2);
    assertThat(run("--json", folder.resolve("no/file").toString())).isEqualTo(2);
    assertThat(run("--help")).isZero();
    assertThat(told.toString(StandardCharsets.UTF_8)).contains("unknown argument", "Usage:");
  }

  private int run(String... arguments) {
    var out = new PrintStream(told, true, StandardCharsets.UTF_8);
    return PolicyBenchmark.run(List.of(arguments), out, out);
  }
}
