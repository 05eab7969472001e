package io.aegis.server.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Tells steps one after the other: what was expected, what happened, how long it took. The first,
 * number 0, sets the scene. Not safe for several threads.
 */
final class Story {

  /** Something that is done and observed. */
  @FunctionalInterface
  interface Act {
    /**
     * Does it.
     *
     * @param seen where to tell what happened
     * @throws Exception if the step could not be done; it has failed then
     */
    void play(Observations seen) throws Exception;
  }

  /** What happened in one step. */
  static final class Observations {
    private final List<String> lines = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    private Observations() {}

    /** Tells something that is neither right nor wrong. */
    void tell(String line) {
      lines.add(line);
    }

    /** Tells something that must hold. */
    void check(boolean holds, String line) {
      lines.add(line);
      if (!holds) {
        failures.add(line);
      }
    }
  }

  private final PrintStream out;
  private final LongSupplier nanoTime;
  private int steps;
  private int held;

  Story(PrintStream out, LongSupplier nanoTime) {
    this.out = out;
    this.nanoTime = nanoTime;
  }

  /** Plays a step and prints it, unless interrupted; a failed step does not end the story. */
  boolean step(String title, String expected, Act act) {
    if (Thread.currentThread().isInterrupted()) {
      return false;
    }
    out.printf("%n%d. %s%n", steps, title);
    steps++;
    print("expected", expected);
    var seen = new Observations();
    long start = nanoTime.getAsLong();
    try {
      act.play(seen);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      seen.check(false, "interrupted");
    } catch (Exception e) {
      seen.check(false, e.getMessage() == null ? e.toString() : e.getMessage());
    }
    Duration took = Duration.ofNanos(nanoTime.getAsLong() - start);
    printWhatHappened(seen);
    boolean holds = seen.failures.isEmpty();
    print(holds ? "held" : "FAILED", "in " + milliseconds(took));
    if (holds) {
      held++;
    }
    return holds;
  }

  private void printWhatHappened(Observations seen) {
    String label = "happened";
    for (String line : seen.lines) {
      boolean fails = seen.failures.contains(line);
      print(fails ? "NOT SO" : label, line);
      label = fails ? "happened" : "";
    }
  }

  /** Prints how it went; true if every step held. */
  boolean end() {
    boolean all = held == steps;
    out.printf(
        "%n%s: %d of %d steps held.%n", all ? "Everything held" : "The demo FAILED", held, steps);
    return all;
  }

  private void print(String label, String text) {
    String first = label;
    for (String line : text.lines().toList()) {
      out.printf("   %-9s %s%n", first, line);
      first = "";
    }
    out.flush();
  }

  private static String milliseconds(Duration took) {
    long millis = took.toMillis();
    return millis < 1_000 ? millis + " ms" : "%.1f s".formatted(millis / 1_000.0);
  }
}
