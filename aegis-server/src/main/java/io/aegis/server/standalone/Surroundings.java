package io.aegis.server.standalone;

import static java.util.Objects.requireNonNull;

import java.io.PrintStream;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a process takes from where it runs.
 *
 * @param clock the wall clock
 * @param environment the environment variables
 * @param out what the operator shall read
 */
public record Surroundings(InstantSource clock, Map<String, String> environment, PrintStream out) {
  /** Makes surroundings. */
  public Surroundings {
    requireNonNull(clock, "clock");
    environment = Map.copyOf(environment);
    requireNonNull(out, "out");
  }

  /** The ssh session that this was started from; null if from none. */
  @Nullable String sshConnection() {
    String own = environment.get(SshSession.VARIABLE);
    return own == null ? SshSession.ofAncestors().orElse(null) : own;
  }
}
