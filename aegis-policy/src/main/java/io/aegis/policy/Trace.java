package io.aegis.policy;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A decision, and everything that led to it. It is for operators: unlike the decision itself, it
 * tells of every obstacle and every rule.
 *
 * @param decision the answer
 * @param obstacles everything that stands in the way, of every kind; empty exactly for a permit
 * @param findings every rule of the policy, by id
 */
public record Trace(Decision decision, List<Explanation> obstacles, List<RuleFinding> findings) {

  /** Makes a trace. */
  public Trace {
    requireNonNull(decision, "decision");
    obstacles = List.copyOf(obstacles);
    findings = List.copyOf(findings);
  }
}
