package io.aegis.enforcer.xdp.internal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where it was measured.
 *
 * @param kernel release
 * @param processor its model
 * @param cpus how many this process may use
 * @param load the load averages of the last 1, 5 and 15 minutes
 * @param bpfCompiler whether the kernel compiles BPF programs
 */
record Machine(String kernel, String processor, int cpus, String load, String bpfCompiler) {

  private static final String UNKNOWN = "unknown";

  static Machine here() {
    return new Machine(
        System.getProperty("os.version") + " " + System.getProperty("os.arch"),
        processor(lines("/proc/cpuinfo")),
        Runtime.getRuntime().availableProcessors(),
        String.join(", ", words("/proc/loadavg").limit(3).toList()),
        compiler(words("/proc/sys/net/core/bpf_jit_enable").findFirst().orElse(UNKNOWN)));
  }

  private static String processor(List<String> information) {
    return information.stream()
        .filter(line -> line.startsWith("model name"))
        .findFirst()
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .orElse(UNKNOWN);
  }

  private static String compiler(String setting) {
    return switch (setting) {
      case "0" -> "off: every figure is of the interpreter (sysctl net.core.bpf_jit_enable=1)";
      case "1" -> "on";
      default -> setting;
    };
  }

  private static Stream<String> words(String path) {
    return lines(path).stream().flatMap(line -> Stream.of(line.strip().split("\\s+")));
  }

  // A heading lacks a word where something cannot be read; it is no reason not to measure.
  private static List<String> lines(String path) {
    try {
      return Files.readAllLines(Path.of(path));
    } catch (IOException e) {
      return List.of();
    }
  }

  List<String> describe() {
    return List.of(
        "kernel       " + kernel,
        "processor    " + processor + ", " + cpus + " CPUs",
        "load before  " + load,
        "BPF compiler " + bpfCompiler);
  }
}
