package io.aegis.policy;

import static io.aegis.policy.Samples.IPV4_SOURCE;
import static io.aegis.policy.Samples.IPV4_TARGET;
import static io.aegis.policy.Samples.LIFETIME;
import static io.aegis.policy.Samples.request;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Prints how long a decision takes and what it allocates, to notice a mistake in the index early.
 * No test, and no benchmark to publish: run its main method from an editor.
 */
final class DecideTiming {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int DECISIONS = 1_000_000;
  private static final int REQUESTS = 1 << 10;

  private DecideTiming() {}

  /** Prints one line for each number of rules. */
  public static void main(String[] arguments) {
    for (int rules : new int[] {100, 5_000, 100_000}) {
      long begin = THREADS.getCurrentThreadCpuTime();
      PolicyEngine engine = PolicyEngine.compile(policy(1_000, rules));
      long compiled = THREADS.getCurrentThreadCpuTime() - begin;
      AccessRequest[] requests = requests(10_000, 1_000);
      double[] nanos = new double[9];
      long permits = 0;
      for (int round = 0; round < nanos.length; round++) {
        begin = THREADS.getCurrentThreadCpuTime();
        permits += countPermits(engine, requests);
        nanos[round] = (double) (THREADS.getCurrentThreadCpuTime() - begin) / DECISIONS;
      }
      Arrays.sort(nanos);
      System.out.printf(
          "%d rules: compiled in %d ms, %.0f ns for a decision (best %.0f), %d bytes, %d %% permits%n",
          rules,
          compiled / 1_000_000,
          nanos[nanos.length / 2],
          nanos[0],
          allocatedBytes(engine, requests),
          permits * 100 / DECISIONS / nanos.length);
    }
  }

  private static long countPermits(PolicyEngine engine, AccessRequest[] requests) {
    long permits = 0;
    for (int i = 0; i < DECISIONS; i++) {
      if (engine.decide(requests[i & REQUESTS - 1]) instanceof Decision.Permit) {
        permits++;
      }
    }
    return permits;
  }

  private static long allocatedBytes(PolicyEngine engine, AccessRequest[] requests) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    countPermits(engine, requests);
    return (THREADS.getCurrentThreadAllocatedBytes() - before) / DECISIONS;
  }

  private static Policy policy(int services, int rules) {
    List<Service> all =
        IntStream.range(0, services)
            .mapToObj(i ->
                new Service(
                    "service-" + i,
                    "service-" + i,
                    List.of(IPV4_TARGET),
                    Set.of("tag-" + i % 50),
                    LIFETIME,
                    Assurance.IP,
                    SharedSource.REFUSE))
            .toList();
    var random = new Random(7);
    var some = new ArrayList<Rule>();
    for (int i = 0; i < rules; i++) {
      Who who =
          switch (i % 3) {
            case 0 -> Who.user("user-" + random.nextInt(10_000));
            case 1 -> Who.role("role-" + random.nextInt(100));
            default -> Who.group("group-" + random.nextInt(200));
          };
      What what =
          i % 5 == 0
              ? What.tag("tag-" + random.nextInt(50))
              : What.service("service-" + random.nextInt(services));
      some.add(
          i % 10 == 0 ? Rule.forbid("rule-" + i, who, what) : Rule.permit("rule-" + i, who, what));
    }
    return new Policy(1, all, some);
  }

  private static AccessRequest[] requests(int principals, int services) {
    var random = new Random(11);
    return IntStream.range(0, REQUESTS)
        .mapToObj(i ->
            request(
                Samples.principal(
                    "user-" + random.nextInt(principals),
                    Set.of("role-" + random.nextInt(50), "role-" + (50 + random.nextInt(50))),
                    Set.of("group-" + random.nextInt(200))),
                IPV4_SOURCE,
                "service-" + random.nextInt(services)))
        .toArray(AccessRequest[]::new);
  }
}
