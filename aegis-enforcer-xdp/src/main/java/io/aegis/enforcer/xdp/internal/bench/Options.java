package io.aegis.enforcer.xdp.internal.bench;

import io.aegis.enforcer.xdp.internal.bench.DatapathBenchmark.Part;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the user asked for.
 *
 * @param part what to measure
 * @param effort how much to measure
 * @param json where to write the rows; null for nowhere
 * @param isHelp whether only to tell the usage
 */
record Options(Part part, Effort effort, @Nullable Path json, boolean isHelp) {

  static final String USAGE =
      """
      Usage: aegis bench [datapath|flood] [--quick] [--json FILE]

      Measures the datapath beside a floor in the same run, and compares with its budgets: about four
      minutes, as root. Programs run on no interface (BPF_PROG_TEST_RUN), but for the flood: that goes over
      a veth pair in a network namespace of its own, against the whole enforcer and, where they are
      installed, nftables and xdp-filter. The exit status says whether it could be measured, not whether
      budgets are met.

        datapath     everything; so it is without a word
        flood        the flood alone
        --json FILE  also writes the rows to FILE: an array of objects with name, value, unit, floor,
                     ratio, budget, met and spread
        --quick      one short repetition, to see whether it works; its figures mean nothing
        --help       this text
      """;

  /** The command line cannot be understood. */
  static final class UsageException extends Exception {

    private static final long serialVersionUID = 1L;

    UsageException(String message) {
      super(message);
    }
  }

  static Options parse(List<String> arguments) throws UsageException {
    var part = Part.DATAPATH;
    var effort = Effort.FULL;
    Path json = null;
    boolean isHelp = false;
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      String argument = rest.next();
      switch (argument) {
        case "datapath" -> part = Part.DATAPATH;
        case "flood" -> part = Part.FLOOD;
        case "--quick" -> effort = Effort.QUICK;
        case "--help", "-h" -> isHelp = true;
        case "--json" -> {
          if (!rest.hasNext()) {
            throw new UsageException("--json needs the name of a file");
          }
          json = writable(rest.next());
        }
        default -> throw new UsageException("unknown argument: " + argument);
      }
    }
    return new Options(part, effort, json, isHelp);
  }

  // Found out now, not after a minute of measuring.
  private static Path writable(String name) throws UsageException {
    Path file = Path.of(name).toAbsolutePath();
    Path folder = file.getParent();
    if (folder == null || Files.isDirectory(file)) {
      throw new UsageException("--json " + name + ": that is a folder; name a file");
    }
    if (!Files.isDirectory(folder)) {
      throw new UsageException("--json " + name + ": there is no folder " + folder);
    }
    if (!Files.isWritable(Files.exists(file) ? file : folder)) {
      throw new UsageException("--json " + name + ": it may not be written");
    }
    return file;
  }
}
