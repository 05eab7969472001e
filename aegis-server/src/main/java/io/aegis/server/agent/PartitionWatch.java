package io.aegis.server.agent;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Knows since when no controller has been heard, and lets the fail mode act then. Dialing is no
 * contact, nor is a controller that was refused: only what a session brings counts. Not
 * thread-safe: the agent's thread owns it.
 */
final class PartitionWatch {

  private final PartitionExtender extender;
  private final InstantSource clock;
  private final LongSupplier bootNanos;

  private SessionTerms terms = SessionTerms.DEFAULT;
  private long heardAtBootNanos;
  private long extendedAtBootNanos;
  // Null until the first contact of this process: what an earlier one heard is not known.
  private @Nullable Instant lastContact;

  PartitionWatch(PartitionExtender extender, InstantSource clock, LongSupplier bootNanos) {
    this.extender = extender;
    this.clock = clock;
    this.bootNanos = bootNanos;
  }

  /** A controller has answered Hello. */
  void begins(SessionTerms granted) {
    terms = granted;
  }

  /** Something came from the controller of the session. */
  void heard() {
    heardAtBootNanos = bootNanos.getAsLong();
    lastContact = clock.instant();
  }

  boolean hasHeardAny() {
    return lastContact != null;
  }

  /** Extends what may be extended, if it is time. */
  void turn() {
    Instant contact = lastContact;
    long now = bootNanos.getAsLong();
    long wait = terms.extendEvery().toNanos();
    // One that is connected may say nothing for a while; until its lease ends it is not away.
    long away = Math.max(wait, terms.lease().toNanos());
    if (contact != null && now - heardAtBootNanos >= away && now - extendedAtBootNanos >= wait) {
      extendedAtBootNanos = now;
      extender.extend(clock.instant(), contact, terms.softLifetime());
    }
  }
}
