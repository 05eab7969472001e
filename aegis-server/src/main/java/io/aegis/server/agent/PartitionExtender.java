package io.aegis.server.agent;

import io.aegis.api.Grant;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.UpdateResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Extends soft expiries while no controller is heard, as the fail mode says. It never brings back
 * what has ended, and never passes a hard expiry. Not thread-safe: the agent's thread owns it.
 */
final class PartitionExtender {

  private static final Logger LOG = LoggerFactory.getLogger(PartitionExtender.class);

  /** How long after the last contact soft expiries may be, in the bounded mode. */
  static final Duration BOUND = Duration.ofMinutes(15);

  private final FailMode mode;
  private final Enforcer enforcer;
  private final AppliedState state;

  PartitionExtender(FailMode mode, Enforcer enforcer, AppliedState state) {
    this.mode = mode;
    this.enforcer = enforcer;
    this.state = state;
  }

  /**
   * Extends what may be extended.
   *
   * @param now the controller's clock
   * @param lastContact when a controller was last heard, on the same clock
   * @param softLifetime how far ahead soft expiries are set
   * @return how many grants were extended
   */
  int extend(Instant now, Instant lastContact, Duration softLifetime) {
    Optional<Instant> target = target(now, lastContact, softLifetime);
    if (target.isEmpty()) {
      return 0;
    }
    var extensions = new ArrayList<GrantUpdate.Extension>();
    for (AppliedState.Applied applied : state.all()) {
      Grant grant = applied.grant();
      Instant softExpiry = AppliedState.bounded(grant, target.get());
      boolean ended = !grant.softExpiry().isAfter(now);
      if (!ended && softExpiry.isAfter(grant.softExpiry())) {
        extensions.add(new GrantUpdate.Extension(grant.id(), softExpiry));
      }
    }
    return extensions.isEmpty() ? 0 : apply(extensions);
  }

  private Optional<Instant> target(Instant now, Instant lastContact, Duration softLifetime) {
    Instant ahead = now.plus(softLifetime);
    return switch (mode) {
      case CLOSED -> Optional.empty();
      case STATIC -> Optional.of(ahead);
      case STATIC_BOUNDED -> {
        Instant bound = lastContact.plus(BOUND);
        yield Optional.of(ahead.isBefore(bound) ? ahead : bound);
      }
    };
  }

  private int apply(List<GrantUpdate.Extension> extensions) {
    UpdateResult result = enforcer.apply(new GrantUpdate(List.of(), List.of(), extensions));
    var failed = new java.util.HashSet<>(result.failures().stream().map(f -> f.grantId()).toList());
    for (GrantUpdate.Extension extension : extensions) {
      if (!failed.contains(extension.id())) {
        state.extend(extension.id(), extension.softExpiry());
      }
    }
    int extended = extensions.size() - failed.size();
    LOG.info("event=extended-alone grants={} mode={}", extended, mode);
    return extended;
  }
}
