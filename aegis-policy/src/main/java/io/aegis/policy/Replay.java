package io.aegis.policy;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What became of recorded requests under a policy.
 *
 * @param unchanged how many got the same kind of answer
 * @param differences those that got the other, in the order of the records
 */
public record Replay(long unchanged, List<Difference> differences) {

  /**
   * A request that gets another kind of answer.
   *
   * @param recorded the request, and how it was decided
   * @param decision how it is decided now
   */
  public record Difference(RecordedRequest recorded, Decision decision) {
    /** Makes a difference. */
    public Difference {
      requireNonNull(recorded, "recorded");
      requireNonNull(decision, "decision");
    }
  }

  /** Makes a replay. */
  public Replay {
    differences = List.copyOf(differences);
  }
}
