package io.aegis.policy.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The program behind {@code ./aegis bench policy}. */
public final class PolicyBenchmark {

  static final String USAGE =
      """
      Usage: aegis bench policy [--quick] [--json FILE]

      Measures what a decision of the policy engine takes, with JMH: about five minutes. Beside the budgets
      it measures jCasbin and Cedar on the same rules and requests, and how time grows with the number of
      rules. The exit status says whether it could be measured, not whether budgets are met.

        --json FILE  also writes the rows to FILE: an array of objects with name, value, unit, floor,
                     ratio, budget, met, bytes and spread
        --quick      one short iteration in this process, to see whether it works; its figures mean nothing
        --help       this text
      """;

  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int MISUSED = 2;
  private static final int WARM_UP = 3;
  private static final int MEASURED = 7;

  private PolicyBenchmark() {}

  /**
   * Measures, prints and ends the process: 0 measured, 1 failed, 2 not understood.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(List.of(arguments), out, err));
  }

  static int run(List<String> arguments, PrintStream out, PrintStream err) {
    boolean isQuick = false;
    Path json = null;
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      String argument = rest.next();
      switch (argument) {
        case "--quick" -> isQuick = true;
        case "--help", "-h" -> {
          out.print(USAGE);
          return DONE;
        }
        case "--json" -> {
          if (!rest.hasNext()) {
            return misused(err, "--json needs the name of a file");
          }
          json = Path.of(rest.next()).toAbsolutePath();
          // Found out now, not after minutes of measuring.
          if (Files.isDirectory(json) || !Files.isDirectory(json.resolveSibling("."))) {
            return misused(err, "--json " + json + ": name a file in a folder that there is");
          }
        }
        default -> {
          return misused(err, "unknown argument: " + argument);
        }
      }
    }
    try {
      measure(isQuick, json, out);
      return DONE;
    } catch (RunnerException | IOException e) {
      err.println("aegis bench policy: " + e.getMessage());
      return FAILED;
    }
  }

  private static int misused(PrintStream err, String what) {
    err.println("aegis bench policy: " + what + "; see aegis bench policy --help");
    return MISUSED;
  }

  private static void measure(boolean isQuick, @Nullable Path json, PrintStream out)
      throws RunnerException, IOException {
    String load = load();
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + PolicyBenchmark.class.getPackageName().replace(".", "\\.") + "\\.")
            .addProfiler(GCProfiler.class)
            .addProfiler(CpuTime.class)
            .shouldFailOnError(true)
            .verbosity(isQuick ? VerboseMode.SILENT : VerboseMode.NORMAL);
    Collection<RunResult> results =
        new Runner((isQuick ? quick(options) : full(options)).build()).run();
    var report = new Report(results);
    out.println();
    out.println("java         " + Runtime.version() + ", " + System.getProperty("os.arch"));
    out.println("load before  " + load);
    out.println();
    report.lines().forEach(out::println);
    out.println();
    report.plot().forEach(out::println);
    if (json != null) {
      Files.writeString(json, report.json());
    }
  }

  private static ChainedOptionsBuilder full(ChainedOptionsBuilder options) {
    return options
        .forks(1)
        .warmupIterations(WARM_UP)
        .measurementIterations(MEASURED)
        .warmupTime(TimeValue.seconds(1))
        .measurementTime(TimeValue.seconds(1))
        .jvmArgs(
            "-XX:+UseSerialGC",
            "-Xmx2g",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");
  }

  private static ChainedOptionsBuilder quick(ChainedOptionsBuilder options) {
    return options
        .forks(0)
        .warmupIterations(0)
        .measurementIterations(1)
        .measurementTime(TimeValue.milliseconds(1));
  }

  private static String load() {
    try {
      return Files.readString(Path.of("/proc/loadavg")).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }
}
