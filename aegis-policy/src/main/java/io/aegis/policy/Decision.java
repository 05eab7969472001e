package io.aegis.policy;

import static java.util.Objects.requireNonNull;

import io.aegis.api.Target;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * The answer to an {@link AccessRequest}. Nothing but a {@link Permit} opens anything.
 *
 * <p>Three things bound what a permit opens, and the soonest ends it. {@link #validUntil} bounds
 * the <em>answer</em>: from then on the same request may get another one by the passage of time
 * alone. The {@link Lifetime} of the service bounds a <em>grant</em>, counted from the moment it
 * was made: {@link Permit#grantExpiry} is the sooner of both. A change of one of {@link
 * #inputsUsed} may change the answer at any time; whoever acted on a decision asks again on hearing
 * of one.
 *
 * <p>Reasons and inputs are worked out when somebody looks at them, so a decision keeps its request
 * and its policy alive; who keeps decisions for long keeps copies of what matters instead.
 */
public sealed interface Decision {

  /**
   * The principal may reach the service.
   *
   * @param validUntil the first instant at which time alone could change the answer: the end of the
   *     session, or earlier where rules have conditions
   * @param reasons the enforced permits that apply, by rule id; then forbids in audit mode that
   *     would have denied; then families of targets that stay closed
   * @param obligations what has to be done before anything is opened
   * @param inputsUsed what the answer depends on
   * @param lifetime how long a grant may live
   * @param targets what may be opened: the targets of the service that are of the family of the
   *     source, at least one
   */
  record Permit(
      Instant validUntil,
      List<Explanation> reasons,
      Set<Obligation> obligations,
      Set<Input> inputsUsed,
      Lifetime lifetime,
      List<Target> targets)
      implements Decision {

    /**
     * Makes a permit.
     *
     * @throws IllegalArgumentException if there is no reason, no input or no target
     */
    public Permit {
      requireNonNull(validUntil, "validUntil");
      reasons = Reasons.copyOf(reasons);
      obligations = Set.copyOf(obligations);
      inputsUsed = InputsUsed.copyOf(inputsUsed);
      requireNonNull(lifetime, "lifetime");
      targets = List.copyOf(targets);
      if (reasons.isEmpty() || inputsUsed.isEmpty() || targets.isEmpty()) {
        throw new IllegalArgumentException("a permit has reasons, inputs and targets");
      }
    }

    /**
     * Returns the hard expiry of a grant: the end of its lifetime or of this decision, whichever is
     * sooner.
     *
     * @param activatedAt when the service was first opened, also for a grant that is renewed: a
     *     renewal does not start the lifetime anew
     * @return an instant that may already have passed, and then nothing may be opened
     * @throws java.time.DateTimeException if the lifetime would end after {@link Instant#MAX}
     */
    public Instant grantExpiry(Instant activatedAt) {
      Instant end = activatedAt.plus(lifetime.hard());
      return end.isBefore(validUntil) ? end : validUntil;
    }
  }

  /**
   * The principal may not reach the service.
   *
   * @param validUntil the first instant at which time alone could change the answer; {@link
   *     Instant#MAX} if it cannot
   * @param reasons why: all of the first kind of obstacle that was met, in the order account,
   *     session, service, rules, source; permits in audit mode that would have been enough follow
   *     where a permit is missing. Obstacles of a later kind are not told, so that whoever has no
   *     permit learns nothing about a service; {@link PolicyEngine#explain} tells all of them
   * @param inputsUsed what the answer depends on
   */
  record Deny(Instant validUntil, List<Explanation> reasons, Set<Input> inputsUsed)
      implements Decision {

    /**
     * Makes a denial.
     *
     * @throws IllegalArgumentException if there is no reason or no input
     */
    public Deny {
      requireNonNull(validUntil, "validUntil");
      reasons = Reasons.copyOf(reasons);
      inputsUsed = InputsUsed.copyOf(inputsUsed);
      if (reasons.isEmpty() || inputsUsed.isEmpty()) {
        throw new IllegalArgumentException("a denial has reasons and inputs");
      }
    }
  }

  /**
   * Returns the first instant at which time alone could change the answer. At every instant from
   * the request on and before this one, the same request with the same inputs gets the same kind of
   * answer.
   *
   * @return an instant after the time of the request
   */
  Instant validUntil();

  /**
   * Returns why.
   *
   * @return at least one reason, those that decided first
   */
  List<Explanation> reasons();

  /**
   * Returns what the answer depends on besides the time.
   *
   * @return at least one input
   */
  Set<Input> inputsUsed();

  /**
   * Returns the reasons in words, on one line.
   *
   * @return the texts with semicolons between them
   */
  default String text() {
    return String.join("; ", reasons().stream().map(Explanation::text).toList());
  }
}
