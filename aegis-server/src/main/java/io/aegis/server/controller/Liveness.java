package io.aegis.server.controller;

import com.google.inject.Inject;
import io.aegis.api.GrantId;
import io.aegis.server.sync.Distribution;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known about the time an activation has left. The kernel ends an idle grant by itself and
 * for good; here it is only known when a packet was last reported. Safe for any number of threads,
 * inside a transaction too: what was reported is in memory.
 */
final class Liveness {

  /** An activation this close to its end may be over in the kernel before an answer arrives. */
  private static final Duration MARGIN = Duration.ofSeconds(1);

  private final Distribution distribution;
  private final ControllerConfig config;
  private final InstantSource clock;

  @Inject
  Liveness(Distribution distribution, ControllerConfig config, InstantSource clock) {
    this.distribution = distribution;
    this.config = config;
    this.clock = clock;
  }

  /** The sooner of the hard and the idle limit, as far as it is known; never negative. */
  Duration timeLeft(Held held) {
    Instant now = clock.instant();
    Duration hard = Duration.between(now, held.span().hardExpiry());
    @Nullable Duration idle = held.span().idleLimit();
    Duration left = hard;
    if (idle != null) {
      Instant idleEnd = lastAdmitted(held).orElse(now).plus(idle);
      Duration untilIdle = Duration.between(now, idleEnd);
      left = untilIdle.compareTo(hard) < 0 ? untilIdle : hard;
    }
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** Whether a connected gateway surely has it in force, and will for a while. */
  boolean isCertainlyInForce(Held held) {
    Instant soon = clock.instant().plus(MARGIN);
    @Nullable Duration idle = held.span().idleLimit();
    return held.isWantedBeyond(soon)
        && lastAdmitted(held)
            .filter(last -> idle == null || last.plus(idle).isAfter(soon))
            .isPresent();
  }

  /** Whether the kernel has surely ended it for want of traffic, late reports considered. */
  boolean isIdle(Held held) {
    @Nullable Duration idle = held.span().idleLimit();
    if (idle == null) {
      return false;
    }
    Instant now = clock.instant();
    return lastAdmitted(held)
        .filter(last -> last.plus(idle).plus(config.activitySlack()).isBefore(now))
        .isPresent();
  }

  private Optional<Instant> lastAdmitted(Held held) {
    return held.grants().stream()
        .flatMap(each -> lastAdmitted(each.grant().id()).stream())
        .max(Instant::compareTo);
  }

  private Optional<Instant> lastAdmitted(GrantId id) {
    return distribution.lastAdmitted(id);
  }
}
