package io.aegis.policy;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * That a principal may reach a service, as far as principal and rules go. Session, source and
 * conditions have their say when the principal asks.
 *
 * @param principal who
 * @param service what
 * @param permits the enforced permits about both, by id; at least one
 * @param forbids the enforced forbids about both, by id; each has a condition, since one without
 *     would leave nothing to reach
 */
public record Reach(Principal principal, Service service, List<Rule> permits, List<Rule> forbids) {

  /**
   * Makes a reach.
   *
   * @throws IllegalArgumentException if there is no permit, or a forbid without a condition
   */
  public Reach {
    requireNonNull(principal, "principal");
    requireNonNull(service, "service");
    permits = List.copyOf(permits);
    forbids = List.copyOf(forbids);
    if (permits.isEmpty() || forbids.stream().anyMatch(rule -> rule.condition() == null)) {
      throw new IllegalArgumentException("a reach has a permit, and no forbid without condition");
    }
  }

  /**
   * Returns whether conditions have a say: without, the rules permit whenever and from wherever the
   * principal asks.
   *
   * @return true unless a permit has no condition and there is no forbid
   */
  public boolean isConditional() {
    return !forbids.isEmpty() || permits.stream().allMatch(rule -> rule.condition() != null);
  }
}
