package io.aegis.server.controller;

import com.google.inject.Inject;
import io.aegis.policy.Assurance;
import io.aegis.policy.Lifetime;
import io.aegis.policy.Policy;
import io.aegis.policy.PolicyEngine;
import io.aegis.policy.Service;
import io.aegis.policy.SharedSource;
import io.aegis.server.store.Transaction;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The policy in force: the tables, compiled. It changes only when a transaction that changed them
 * commits, so whoever writes sees the policy of the database as it is. Safe for any number of
 * threads.
 */
final class CurrentPolicy {

  /**
   * One version of it; immutable.
   *
   * @param engine decides
   * @param services every service, by its number
   */
  record Version(PolicyEngine engine, Map<Long, CatalogService> services) {

    /** Returns the number that grants carry. */
    long number() {
      return engine.policy().version();
    }
  }

  private final CatalogStore catalog = new CatalogStore();
  private final AssignmentStore assignments = new AssignmentStore();
  private final AtomicReference<@Nullable Version> current = new AtomicReference<>();

  @Inject
  CurrentPolicy() {}

  /** Returns the policy in force. */
  Version get() {
    Version version = current.get();
    if (version == null) {
      throw new IllegalStateException("the controller is not started");
    }
    return version;
  }

  /** Compiles the tables as they are; in force at once. */
  void load(Transaction tx) {
    current.set(compile(tx, number(tx)));
  }

  /** Compiles the tables as this transaction leaves them; in force when it commits. */
  Version renew(Transaction tx) {
    Version version =
        compile(
            tx,
            tx.handle()
                .createQuery(
                    """
                    UPDATE meta SET value = value + 1 WHERE key = 'policy_version'
                    RETURNING value
                    """)
                .mapTo(Long.class)
                .one());
    tx.afterCommit(() -> current.set(version));
    return version;
  }

  private static long number(Transaction tx) {
    return tx.handle()
        .createQuery("SELECT value FROM meta WHERE key = 'policy_version'")
        .mapTo(Long.class)
        .one();
  }

  private Version compile(Transaction tx, long number) {
    List<CatalogService> all = catalog.all(tx);
    List<Service> services = all.stream().map(CurrentPolicy::toPolicy).toList();
    var policy = new Policy(number, services, assignments.rules(tx));
    return new Version(
        PolicyEngine.compile(policy),
        all.stream()
            .collect(Collectors.toUnmodifiableMap(CatalogService::id, Function.identity())));
  }

  private static Service toPolicy(CatalogService service) {
    ServiceSpec spec = service.spec();
    return new Service(
        Long.toString(service.id()),
        spec.name(),
        service.targets(),
        Set.of(),
        new Lifetime(spec.hardLimit(), spec.idleLimit(), false),
        Assurance.IP,
        SharedSource.REFUSE);
  }
}
