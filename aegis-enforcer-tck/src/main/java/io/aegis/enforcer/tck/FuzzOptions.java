package io.aegis.enforcer.tck;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the user of {@link Fuzz} asked for.
 *
 * @param duration how long
 * @param seed what to generate from; null for another one each time
 * @param save where to write what was found
 * @param enforcer the name of the provider
 * @param interfaceName where to open it; null to make an interface
 * @param replay cases to compare in the place of generated ones; null for none
 * @param isHelp whether only to tell the usage
 */
record FuzzOptions(
    Duration duration,
    @Nullable Long seed,
    Path save,
    String enforcer,
    @Nullable String interfaceName,
    @Nullable Path replay,
    boolean isHelp) {

  static final String USAGE =
      """
      Usage: aegis fuzz [--minutes N] [--seed S] [--save DIR] [--enforcer NAME] [--interface NAME]
             aegis fuzz --replay FILE

      Generates grants, static rules and frames (whole, defective, cut at every length, of random bytes) and
      asks the datapath what it would do with each: the reference enforcer must say the same. What they
      disagree about is shrunk and saved as an entry of the contract kit's corpus. No packet is sent: the
      last line says what that leaves out, and the differential test of './aegis test' has that, too. It
      opens an instance 'fuzz' of its own on a pair of interfaces of its own, and takes both away.

        --minutes N       how long, 5 unless said; 0 for one case
        --seed S          the seed that another run printed: the same cases in the same order
        --save DIR        where to write what was found; here unless said
        --enforcer NAME   what to hold to the reference: xdp unless said, which needs root
        --interface NAME  opens it on this interface, in the place of one of its own
        --replay FILE     compares what was saved, or any other cases of a corpus
        --help            this text

      Exit status: 0 they agree, 1 they do not or it could not be tried, 2 not understood.
      """;

  private static final long DEFAULT_MINUTES = 5;

  /** The command line cannot be understood. */
  static final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
      super(message);
    }
  }

  static FuzzOptions parse(List<String> arguments) throws UsageException {
    var options =
        new FuzzOptions(
            Duration.ofMinutes(DEFAULT_MINUTES), null, Path.of(""), "xdp", null, null, false);
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      options = options.with(rest.next(), rest);
    }
    return options;
  }

  private FuzzOptions with(String option, Iterator<String> rest) throws UsageException {
    if (option.equals("--help") || option.equals("-h")) {
      return new FuzzOptions(duration, seed, save, enforcer, interfaceName, replay, true);
    }
    if (!List.of("--minutes", "--seed", "--save", "--enforcer", "--interface", "--replay")
        .contains(option)) {
      throw new UsageException("unknown argument: " + option);
    }
    if (!rest.hasNext()) {
      throw new UsageException(option + " needs a value");
    }
    String value = rest.next();
    return switch (option) {
      case "--minutes" ->
          new FuzzOptions(minutes(value), seed, save, enforcer, interfaceName, replay, isHelp);
      case "--seed" ->
          new FuzzOptions(
              duration, number(option, value), save, enforcer, interfaceName, replay, isHelp);
      case "--save" ->
          new FuzzOptions(duration, seed, folder(value), enforcer, interfaceName, replay, isHelp);
      case "--enforcer" ->
          new FuzzOptions(duration, seed, save, value, interfaceName, replay, isHelp);
      case "--interface" -> new FuzzOptions(duration, seed, save, enforcer, value, replay, isHelp);
      default ->
          new FuzzOptions(duration, seed, save, enforcer, interfaceName, file(value), isHelp);
    };
  }

  private static Duration minutes(String value) throws UsageException {
    long minutes = number("--minutes", value);
    if (minutes < 0 || minutes > Duration.ofDays(365).toMinutes()) {
      throw new UsageException("--minutes " + value + ": 0 to a year of them");
    }
    return Duration.ofMinutes(minutes);
  }

  private static long number(String option, String value) throws UsageException {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new UsageException(option + " " + value + ": that is no whole number");
    }
  }

  private static Path folder(String value) throws UsageException {
    Path folder = Path.of(value);
    if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw new UsageException("--save " + value + ": that is no folder that may be written");
    }
    return folder;
  }

  private static Path file(String value) throws UsageException {
    Path file = Path.of(value);
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new UsageException("--replay " + value + ": that is no file that may be read");
    }
    return file;
  }
}
