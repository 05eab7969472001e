package io.aegis.server.agent;

import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.Health;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether the enforcer still enforces, and says so in the local log once for every change,
 * whether or not a controller is there to be told. Not thread-safe: the agent's thread owns it.
 */
final class HealthWatch {

  private static final Logger LOG = LoggerFactory.getLogger(HealthWatch.class);

  private final Enforcer enforcer;
  private Health last = Health.GREEN;

  HealthWatch(Enforcer enforcer) {
    this.enforcer = enforcer;
  }

  /** Looks, and tells what has changed since the last time. */
  void look() {
    Health now = read();
    if (now.equals(last)) {
      return;
    }
    if (now.isGreen()) {
      LOG.info("event=enforcing-again was=\"{}\"", String.join("; ", last.problems()));
    } else {
      LOG.error(
          "ALARM event=not-enforcing problems=\"{}\" action=\"traffic there may pass unchecked:"
              + " take the interface down, or restart the agent; then find out who did it\"",
          String.join("; ", now.problems()));
    }
    last = now;
  }

  // Not to know is as bad as to know that nothing is enforced.
  private Health read() {
    try {
      return enforcer.health();
    } catch (RuntimeException e) {
      return new Health(
          List.of("reading the enforcer's health failed: " + e.getMessage() + "; restart it"));
    }
  }

  /** What the last look has shown; green before the first. */
  Health last() {
    return last;
  }
}
