package io.aegis.policy.benchmark;

import io.aegis.policy.Policy;
import io.aegis.policy.PolicyEngine;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** How long a changed policy takes to be in force. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class CompileBenchmark {

  private static final int RULES = 100_000;

  private Policy policy = new Policy(0, List.of(), List.of());

  /** Makes the services and rules. */
  @Setup
  public void setUp() {
    policy = World.COMPANY.policy(RULES);
  }

  /** Checks them as a policy and compiles that. */
  @Benchmark
  public PolicyEngine compile() {
    return PolicyEngine.compile(new Policy(1, policy.services(), policy.rules()));
  }
}
