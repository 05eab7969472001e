package io.aegis.enforcer.xdp.internal.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the user asked for.
 *
 * @param effort how much to measure
 * @param json where to write the rows; null for nowhere
 * @param isHelp whether only to tell the usage
 */
record Options(Effort effort, @Nullable Path json, boolean isHelp) {

  static final String USAGE =
      """
      Usage: aegis bench [--quick] [--json FILE]

      Measures the datapath beside a floor in the same run, and compares with its budgets: about 90 s,
      as root, on no interface (BPF_PROG_TEST_RUN). The exit status says whether it could be measured,
      not whether budgets are met.

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
    var effort = Effort.FULL;
    Path json = null;
    boolean isHelp = false;
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      String argument = rest.next();
      switch (argument) {
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
    return new Options(effort, json, isHelp);
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
