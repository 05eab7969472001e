package io.aegis.policy.benchmark;

import io.aegis.policy.AccessRequest;
import io.aegis.policy.Decision;
import io.aegis.policy.Policy;
import io.aegis.policy.PolicyEngine;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Decisions without conditions. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DecideBenchmark {

  static final int FEWEST = 100;

  /** How many rules the policy has. */
  @Param({"100", "1000", "5000", "10000", "100000"})
  public int rules = FEWEST;

  private PolicyEngine engine = PolicyEngine.compile(new Policy(0, List.of(), List.of()));
  private AccessRequest[] anything = {};
  private AccessRequest[] same = {};
  private int next;

  /** Compiles the policy. */
  @Setup
  public void setUp() {
    Policy policy = World.COMPANY.policy(rules);
    engine = PolicyEngine.compile(policy);
    anything = World.COMPANY.requests();
    same = World.COMPANY.requestsAbout(policy.rules().subList(0, FEWEST));
  }

  /** Anybody asks for anything. */
  @Benchmark
  public Decision anything() {
    return engine.decide(anything[next++ & World.REQUESTS - 1]);
  }

  /** The same requests whatever the number of rules, for what the first hundred are about. */
  @Benchmark
  public Decision same() {
    return engine.decide(same[next++ & World.REQUESTS - 1]);
  }
}
