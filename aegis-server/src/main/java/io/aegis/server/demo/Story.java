package io.aegis.server.demo;

import io.aegis.server.lifecycle.StopSignal;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Tells steps one after the other: what was expected, what happened, how long it took. The first,
 * number 0, sets the scene; the last one cleans up. Somebody may ask to stop meanwhile: the step at
 * hand is broken off then, which is no failure, and the others but the last are left out. Used by
 * the thread that made it.
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

  /** How much earlier than a signal its effects on other processes may be noticed. */
  private static final Duration RACE = Duration.ofMillis(100);

  private final PrintStream out;
  private final LongSupplier nanoTime;
  private final StopSignal stop;
  private final Thread teller = Thread.currentThread();
  private final Thread watcher = Thread.ofVirtual().unstarted(this::interruptWhenAsked);
  private boolean cleaningUp; // guarded by this
  private boolean brokenOff;
  private int steps;
  private int held;
  private int failed;

  Story(PrintStream out, LongSupplier nanoTime, StopSignal stop) {
    this.out = out;
    this.nanoTime = nanoTime;
    this.stop = stop;
    watcher.start();
  }

  private void interruptWhenAsked() {
    try {
      stop.await();
    } catch (InterruptedException e) {
      return; // the story is over
    }
    synchronized (this) {
      if (!cleaningUp) {
        teller.interrupt(); // the step at hand is the last but one
      }
    }
  }

  /** Plays a step and prints it, unless asked to stop; a failed step does not end the story. */
  boolean step(String title, String expected, Act act) {
    return !isBrokenOff() && play(title, expected, act);
  }

  /** Plays the step that cleans up, which nothing breaks off. */
  void lastStep(String title, String expected, Act act) {
    synchronized (this) {
      cleaningUp = true;
    }
    boolean _ = isBrokenOff(); // what is asked from now on comes too late to matter
    boolean _ = Thread.interrupted(); // cleared: cleaning up waits for processes
    play(title, expected, act);
  }

  /** Whether somebody has asked to stop. */
  boolean isBrokenOff() {
    return isBrokenOff(Duration.ZERO);
  }

  private boolean isBrokenOff(Duration patience) {
    brokenOff |= teller.isInterrupted() || stop.isRequestedWithin(patience);
    return brokenOff;
  }

  private synchronized boolean mayBeBrokenOff() {
    return !cleaningUp;
  }

  private boolean play(String title, String expected, Act act) {
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
    boolean holds = seen.failures.isEmpty();
    if (!holds && mayBeBrokenOff() && isBrokenOff(RACE)) {
      print("stopped", "interrupted after " + milliseconds(took));
      return false;
    }
    printWhatHappened(seen);
    print(holds ? "held" : "FAILED", "in " + milliseconds(took));
    held += holds ? 1 : 0;
    failed += holds ? 0 : 1;
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

  /** Prints how it went. */
  Ending end() {
    watcher.interrupt();
    Ending ending = failed > 0 ? Ending.FAILED : brokenOff ? Ending.INTERRUPTED : Ending.HELD;
    String words =
        switch (ending) {
          case HELD -> "Everything held";
          case FAILED -> "The demo FAILED";
          case INTERRUPTED -> "Interrupted";
        };
    out.printf("%n%s: %d of %d steps held.%n", words, held, steps);
    return ending;
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
