package io.aegis.server.demo;

import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.Counters;
import io.aegis.enforcer.spi.EnforcerView;
import io.aegis.server.lab.FirstPacket;
import io.aegis.server.lab.Lab;
import io.aegis.server.lab.LabClient;
import io.aegis.server.lab.LabLimits;
import io.aegis.server.lab.LabNetwork;
import io.aegis.server.lab.LabServices;
import io.aegis.server.lab.Portal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What the steps of the story on real packets share. Used by one thread. */
final class LabStory implements AutoCloseable {
  /** Long enough for a packet to cross a few veth pairs a hundred times over. */
  static final Duration PATIENCE = Duration.ofMillis(300);

  private final Lab lab;
  private final LabLimits limits;
  private final Portal portal;
  private final LabClient client;
  private final LabClient secondClient;
  private Map<String, Long> services = Map.of();

  LabStory(Lab lab, LabLimits limits) {
    this.lab = lab;
    this.limits = limits;
    this.portal =
        Portal.from(lab.network().namespace("client"), lab.portalAddress(), lab.authority());
    this.client = new LabClient(lab.network().namespace("client"));
    this.secondClient = new LabClient(lab.network().namespace("client2"));
  }

  Lab lab() {
    return lab;
  }

  LabClient client() {
    return client;
  }

  LabClient secondClient() {
    return secondClient;
  }

  Portal portal() {
    return portal;
  }

  /** Opens the portal over IPv6, from the client; the caller closes it. */
  Portal portalV6() {
    return Portal.from(lab.network().namespace("client"), lab.portalAddressV6(), lab.authority());
  }

  /** Enters the services into the catalog; root is logged in. */
  void addServices() {
    services = Lab.addServices(portal, limits);
  }

  /** Does something and returns what the gateway counted meanwhile. */
  Drops dropsDuring(Runnable work) {
    Counters before = counters();
    work.run();
    return Drops.between(before, counters());
  }

  /** Whether the gateway filters what leaves; false on Linux before 6.6. */
  boolean filtersWhatLeaves() {
    return counters().counts().stream().anyMatch(count -> count.direction() == Direction.EGRESS);
  }

  private Counters counters() {
    try (EnforcerView gateway = lab.gateway()) {
      return gateway.counters();
    }
  }

  /** What one activation took. */
  record Opening(double toFirstPacketMillis, double toAnswerMillis) {}

  /**
   * Activates {@code web} while fresh SYNs knock, and returns how long after the call the first one
   * was admitted.
   */
  Opening activateWeb() {
    CompletableFuture<Long> first =
        FirstPacket.await(
            lab.network().namespace("client"),
            LabNetwork.WEB,
            LabServices.PORT,
            Duration.ofSeconds(5));
    long start = System.nanoTime();
    portal
        .send("POST", "/api/me/selected", Map.of("service_id", id("web")))
        .orThrow("activating web");
    long answered = System.nanoTime();
    return new Opening((first.join() - start) / 1e6, (answered - start) / 1e6);
  }

  /**
   * Activates {@code web} as soon as the gateway's agent has dialed the controller again; a person
   * would press the button once more.
   */
  void activateWebOnceConnected() {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    Portal.Answer answer;
    do {
      answer = portal.send("POST", "/api/me/selected", Map.of("service_id", id("web")));
    } while (answer.status() == 503 && System.nanoTime() < end);
    answer.orThrow("activating web");
  }

  void deactivateWeb() {
    portal.send("DELETE", "/api/me/selected/" + id("web"), Map.of()).orThrow("deactivating web");
  }

  /** Deactivates {@code web} where the controller may have ended it by itself already. */
  void deactivateIfActive() {
    portal.send("DELETE", "/api/me/selected/" + id("web"), Map.of());
  }

  long id(String service) {
    Long id = services.get(service);
    if (id == null) {
      throw new IllegalStateException("services are not entered yet");
    }
    return id;
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  @Override
  public void close() {
    portal.close();
  }
}
