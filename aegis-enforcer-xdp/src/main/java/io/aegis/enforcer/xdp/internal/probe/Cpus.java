package io.aegis.enforcer.xdp.internal.probe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many CPUs the kernel keeps per-CPU values for. */
public final class Cpus {

  private static final Path POSSIBLE = Path.of("/sys/devices/system/cpu/possible");

  private static final Pattern RANGE = Pattern.compile("([0-9]+)(?:-([0-9]+))?");

  private Cpus() {}

  /**
   * Returns the number of possible CPUs: those present and those that may come.
   *
   * @return at least 1
   */
  public static int possible() {
    try {
      return possible(Files.readString(POSSIBLE));
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + POSSIBLE, e);
    }
  }

  /** Reads a list such as {@code 0-3} or {@code 0,2-7}. */
  static int possible(String list) {
    int count = 0;
    Matcher range = RANGE.matcher(list);
    while (range.find()) {
      int first = Integer.parseInt(range.group(1));
      int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
      count += last - first + 1;
    }
    return count;
  }
}
