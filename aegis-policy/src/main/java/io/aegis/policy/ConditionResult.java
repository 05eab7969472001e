package io.aegis.policy;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Set;

/**
 * What came of a condition for one request.
 *
 * <p>A permit applies only if its condition {@link Holds}. A forbid applies unless its condition
 * {@link Fails}: what cannot be decided denies.
 */
public sealed interface ConditionResult {

  /**
   * Returns the first instant at which time alone could change which of the three this is. At every
   * instant from the request on and before this one, the same request with the same inputs gets the
   * same kind of result.
   *
   * @return an instant after the time of the request; {@link Instant#MAX} if time changes nothing
   */
  Instant validUntil();

  /**
   * Returns what the condition looked at, or would have looked at if it were there.
   *
   * @return without the principal, the address of the source, and the service, which every decision
   *     that asks a condition depends on anyway; so one that is empty makes no condition constant
   */
  Set<Input> inputs();

  /**
   * The condition holds.
   *
   * @param validUntil the first instant at which time alone could change that
   * @param inputs what was looked at
   */
  record Holds(Instant validUntil, Set<Input> inputs) implements ConditionResult {

    /** Makes a result. */
    public Holds {
      requireNonNull(validUntil, "validUntil");
      inputs = Set.copyOf(inputs);
    }
  }

  /**
   * The condition does not hold.
   *
   * @param validUntil the first instant at which time alone could change that
   * @param inputs what was looked at
   */
  record Fails(Instant validUntil, Set<Input> inputs) implements ConditionResult {

    /** Makes a result. */
    public Fails {
      requireNonNull(validUntil, "validUntil");
      inputs = Set.copyOf(inputs);
    }
  }

  /**
   * Whether the condition holds cannot be told, mostly because something that it looks at is
   * absent.
   *
   * @param validUntil the first instant at which time alone could change that
   * @param inputs what was looked at, the absent included
   * @param problem what is the matter, in words for the user who asked, without a period at its
   *     end: {@code device.disk_encryption is absent}
   */
  record Undecidable(Instant validUntil, Set<Input> inputs, String problem)
      implements ConditionResult {

    /** Makes a result. */
    public Undecidable {
      requireNonNull(validUntil, "validUntil");
      inputs = Set.copyOf(inputs);
      problem = Names.printable(requireNonNull(problem, "problem"));
    }
  }
}
