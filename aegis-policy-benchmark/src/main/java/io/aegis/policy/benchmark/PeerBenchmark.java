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

/** The same rules and the same requests in three engines. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PeerBenchmark {

  /** A company small enough that few rules are about something that is asked for. */
  static final World SHOP = new World(20, 10);

  /** How many rules the policy has. */
  @Param({"10", "100", "1000"})
  public int rules = 10;

  /** Who decides: {@code aegis}, {@code jcasbin} or {@code cedar}. */
  @Param({"aegis", "jcasbin", "cedar"})
  public String engine = "aegis";

  private Peer peer = _ -> false;
  private AccessRequest[] requests = {};
  private int next;

  /** Says whether a request is permitted. */
  @FunctionalInterface
  interface Peer {
    boolean permits(int request);
  }

  /** Loads the policy into the engine, and holds its answers to those of the first. */
  @Setup
  public void setUp() {
    Policy policy = SHOP.policy(rules);
    requests = SHOP.requestsAbout(policy.rules());
    peer = peer(engine, policy, requests);
    Peer aegis = peer("aegis", policy, requests);
    for (int i = 0; i < requests.length; i++) {
      if (peer.permits(i) != aegis.permits(i)) {
        throw new IllegalStateException(engine + " decides otherwise: " + requests[i]);
      }
    }
  }

  static Peer peer(String engine, Policy policy, AccessRequest... requests) {
    return switch (engine) {
      case "aegis" -> {
        PolicyEngine compiled = PolicyEngine.compile(policy);
        yield i -> compiled.decide(requests[i]) instanceof Decision.Permit;
      }
      case "jcasbin" -> CasbinPeer.of(policy, List.of(requests));
      case "cedar" -> CedarPeer.of(policy, List.of(requests));
      default -> throw new IllegalArgumentException("no such engine: " + engine);
    };
  }

  /** One request. */
  @Benchmark
  public boolean decide() {
    return peer.permits(next++ & World.REQUESTS - 1);
  }
}
