package io.aegis.policy.cel;

import com.sun.management.ThreadMXBean;
import io.aegis.api.EnforcementMode;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.policy.AccessRequest;
import io.aegis.policy.Condition;
import io.aegis.policy.ConditionResult;
import io.aegis.policy.Decision;
import io.aegis.policy.Lifetime;
import io.aegis.policy.Policy;
import io.aegis.policy.PolicyEngine;
import io.aegis.policy.Rule;
import io.aegis.policy.Service;
import io.aegis.policy.What;
import io.aegis.policy.Who;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Prints how long a condition of three terms takes, by itself and in a decision, and what it
 * allocates. No test, and no benchmark to publish: run its main method from an editor.
 */
final class EvaluateTiming {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int RUNS = 2_000_000;
  private static final int REQUESTS = 1 << 6;

  private static final List<String> TEXTS =
      List.of(
          "version_at_least(device.os_version, \"14.5\") && \"webauthn\" in auth.methods"
              + " && within_hours(\"Mon-Fri 08:00-18:00\", \"Europe/Berlin\")",
          "device.disk_encryption && fresh(device.kernel, \"24h\")"
              + " && in_network(source.address, \"10.0.0.0/8\")",
          "device.patch_level + 1 == 8 && size(principal.groups) < 3"
              + " && source.address.startsWith(\"10.\")");

  private EvaluateTiming() {}

  /** Prints two lines for each condition; the last is one that the interpreter works out. */
  public static void main(String[] arguments) {
    AccessRequest[] requests =
        IntStream.range(0, REQUESTS)
            .mapToObj(i -> Requests.full().at(Requests.NOW.plusMillis(i)))
            .toArray(AccessRequest[]::new);
    for (String text : TEXTS) {
      Condition condition = Requests.compile(text);
      PolicyEngine engine = engine(condition);
      System.out.println(text);
      print("evaluate", i -> condition.evaluate(requests[i]) instanceof ConditionResult.Holds);
      print("decide", i -> engine.decide(requests[i]) instanceof Decision.Permit);
    }
  }

  private static PolicyEngine engine(Condition condition) {
    Target target = Target.of(IpAddress.parse("10.77.2.7"), Protocol.TCP, 443);
    Service web = Service.of("web", Lifetime.ofHard(Duration.ofHours(8)), target);
    Rule rule =
        new Rule.Permit(
            "staff", Who.role("staff"), What.service("web"), EnforcementMode.ENFORCE, condition);
    return PolicyEngine.compile(new Policy(1, List.of(web), List.of(rule)));
  }

  private static void print(String what, IntPredicate run) {
    double best = Double.MAX_VALUE;
    long bytes = 0;
    int count = 0;
    for (int round = 0; round < 7; round++) {
      long allocated = THREADS.getCurrentThreadAllocatedBytes();
      long begin = THREADS.getCurrentThreadCpuTime();
      for (int i = 0; i < RUNS; i++) {
        count += run.test(i & REQUESTS - 1) ? 1 : 0;
      }
      best = Math.min(best, (double) (THREADS.getCurrentThreadCpuTime() - begin) / RUNS);
      bytes = (THREADS.getCurrentThreadAllocatedBytes() - allocated) / RUNS;
    }
    System.out.printf(
        "  %-8s %4.0f ns, %.1f million/s, %d bytes (%d true)%n",
        what, best, 1_000 / best, bytes, count);
  }
}
