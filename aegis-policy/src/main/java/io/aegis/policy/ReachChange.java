package io.aegis.policy;

import static java.util.Objects.requireNonNull;

import io.aegis.api.Target;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What another policy means for one principal and one service.
 *
 * @param principal who
 * @param serviceId what
 * @param before what there was to reach; null if nothing
 * @param after what there is to reach; null if nothing
 */
public record ReachChange(
    Principal principal, String serviceId, @Nullable Reach before, @Nullable Reach after) {

  /** What became of it. */
  public enum Kind {
    /** It can be reached now, and could not. */
    GAINED,
    /** It can be reached no more. */
    LOST,
    /**
     * It can be reached as before, and under other terms: other conditions, targets, lifetime,
     * assurance, or another answer to a second principal at the same address.
     */
    CHANGED
  }

  /**
   * Makes a change.
   *
   * @throws IllegalArgumentException if there is nothing before and nothing after
   */
  public ReachChange {
    requireNonNull(principal, "principal");
    requireNonNull(serviceId, "serviceId");
    if (before == null && after == null) {
      throw new IllegalArgumentException("a change has something before or after");
    }
  }

  /**
   * Returns what became of it.
   *
   * @return the kind
   */
  public Kind kind() {
    if (before == null) {
      return Kind.GAINED;
    }
    return after == null ? Kind.LOST : Kind.CHANGED;
  }

  /** Returns the change from one to the other, if there is one that a user would notice. */
  static Optional<ReachChange> between(
      Principal principal, String serviceId, @Nullable Reach before, @Nullable Reach after) {
    boolean same = Objects.equals(terms(before), terms(after));
    return same
        ? Optional.empty()
        : Optional.of(new ReachChange(principal, serviceId, before, after));
  }

  private static @Nullable Terms terms(@Nullable Reach reach) {
    return reach == null ? null : Terms.of(reach);
  }

  /**
   * What it takes to reach a service and what is got; without names and ids, which open nothing.
   */
  private record Terms(
      boolean always,
      Set<Condition> permits,
      Set<Condition> forbids,
      Set<Target> targets,
      Lifetime lifetime,
      Assurance assurance,
      SharedSource sharedSource) {

    static Terms of(Reach reach) {
      boolean always = reach.permits().stream().anyMatch(rule -> rule.condition() == null);
      Service service = reach.service();
      return new Terms(
          always,
          always ? Set.of() : conditions(reach.permits()),
          conditions(reach.forbids()),
          Set.copyOf(service.targets()),
          service.lifetime(),
          service.minimumAssurance(),
          service.sharedSource());
    }

    private static Set<Condition> conditions(List<Rule> rules) {
      var conditions = new HashSet<Condition>();
      for (Rule rule : rules) {
        Condition condition = rule.condition();
        if (condition != null) {
          conditions.add(condition);
        }
      }
      return conditions;
    }
  }
}
