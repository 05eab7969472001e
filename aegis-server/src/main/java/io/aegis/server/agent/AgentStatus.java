package io.aegis.server.agent;

import static java.util.Objects.requireNonNull;

import io.aegis.server.sync.Position;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How an agent stands.
 *
 * @param controller the controller it is connected to; null for none
 * @param since from when on, on the controller's clock
 * @param applied what is in force; null before the first snapshot
 * @param trouble why no controller could be reached last, in one line; empty while connected
 * @param problems what keeps the enforcer from enforcing, one line each; empty while it does
 */
public record AgentStatus(
    @Nullable String controller,
    Instant since,
    @Nullable Position applied,
    String trouble,
    List<String> problems) {
  /** Makes a status. */
  public AgentStatus {
    problems = List.copyOf(problems);
    requireNonNull(since, "since");
  }

  /**
   * Returns whether a controller answers.
   *
   * @return true while connected
   */
  public boolean isConnected() {
    return controller != null;
  }

  /**
   * Returns what is in force.
   *
   * @return the position; empty before the first snapshot
   */
  public Optional<Position> position() {
    return Optional.ofNullable(applied);
  }
}
