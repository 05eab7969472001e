package io.aegis.server.cli;

import static java.util.Objects.requireNonNull;

import io.aegis.server.lifecycle.StopSignal;
import io.aegis.server.standalone.Surroundings;
import java.io.PrintStream;
import java.time.Clock;
import java.util.Map;

/**
 * What a command knows of the world outside: where to write, the environment, and when to stop.
 *
 * @param out for results
 * @param err for messages
 * @param environment the variables
 * @param stop when a command that runs until told otherwise shall end
 */
record Terminal(
    PrintStream out, PrintStream err, Map<String, String> environment, StopSignal stop) {
  Terminal {
    requireNonNull(out, "out");
    requireNonNull(err, "err");
    environment = Map.copyOf(environment);
    requireNonNull(stop, "stop");
  }

  /** What a server process takes from here. */
  Surroundings surroundings() {
    return new Surroundings(Clock.systemUTC(), environment, out);
  }

  /** Whether traces of failures are wanted. */
  boolean debug() {
    return !environment.getOrDefault("AEGIS_DEBUG", "").isEmpty();
  }
}
