package io.aegis.policy.benchmark;

import io.aegis.policy.AccessRequest;
import io.aegis.policy.Condition;
import io.aegis.policy.Decision;
import io.aegis.policy.Device;
import io.aegis.policy.Fact;
import io.aegis.policy.Policy;
import io.aegis.policy.PolicyEngine;
import io.aegis.policy.Rule;
import io.aegis.policy.cel.CelConditions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Decisions with a condition in CEL of three terms, on every permit of the policy. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ConditionBenchmark {

  private static final int RULES = 5_000;
  private static final String THREE_TERMS =
      "version_at_least(device.os_version, \"14.5\") && \"webauthn\" in auth.methods"
          + " && within_hours(\"Mon-Fri 08:00-18:00\", \"Europe/Berlin\")";

  private PolicyEngine engine = PolicyEngine.compile(new Policy(0, List.of(), List.of()));
  private AccessRequest[] requests = {};
  private int next;

  /** Compiles the policy; every request meets a permit, and so its condition. */
  @Setup
  public void setUp() {
    Condition condition = new CelConditions().compile(THREE_TERMS);
    Policy plain = World.COMPANY.policy(RULES);
    List<Rule> permits =
        plain.rules().stream()
            .filter(Rule.Permit.class::isInstance)
            .map(rule -> (Rule) ((Rule.Permit) rule).when(condition))
            .toList();
    engine = PolicyEngine.compile(new Policy(1, plain.services(), permits));
    var device = new Device("laptop", Map.of("os_version", Fact.of("14.6.1", World.NOW)));
    requests =
        Arrays.stream(World.COMPANY.requestsAbout(permits))
            .map(request -> request.from(device))
            .filter(request -> engine.decide(request) instanceof Decision.Permit)
            .toArray(AccessRequest[]::new);
    if (requests.length < World.REQUESTS / 4) {
      throw new IllegalStateException("only " + requests.length + " requests are permitted");
    }
  }

  /** Somebody asks for what is permitted on that condition. */
  @Benchmark
  public Decision threeTerms() {
    next = next + 1 < requests.length ? next + 1 : 0;
    return engine.decide(requests[next]);
  }
}
