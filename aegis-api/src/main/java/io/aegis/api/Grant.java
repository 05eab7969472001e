package io.aegis.api;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Permission for one client address to reach one target, until then. It is the only thing an
 * enforcer knows, and the only state that admits traffic besides the gateway's own static rules.
 *
 * <p>It admits a packet while <em>all</em> of this holds: now is before the hard and the soft
 * expiry; it has no idle limit, or less than the idle limit has passed since it was applied or last
 * saw traffic; it needs no lease, or the lease runs; its mode is {@link EnforcementMode#ENFORCE}.
 *
 * @param id its name; no two grants in force have the same
 * @param client the source address of the packets it admits
 * @param target where they may go, of the client's address family
 * @param hardExpiry the end of the permission, on the control plane's clock; cut to milliseconds
 * @param softExpiry when it ends unless the control plane extends it; cut to milliseconds and never
 *     after the hard expiry
 * @param idle the time without traffic after which it ends for good, at least 2 seconds; null for
 *     no limit
 * @param mode whether it admits or only counts
 * @param needsLease whether it also ends when the lease of the enforcer runs out
 */
public record Grant(
    GrantId id,
    IpAddress client,
    Target target,
    Instant hardExpiry,
    Instant softExpiry,
    @Nullable Duration idle,
    EnforcementMode mode,
    boolean needsLease) {

  /** The least idle limit: activity is written at most once a second, so less could not be kept. */
  public static final Duration LEAST_IDLE_LIMIT = Duration.ofSeconds(2);

  /**
   * Makes a grant. Expiries are cut to whole milliseconds (sooner, never later), so that what is
   * read back from any enforcer is equal to what was applied.
   *
   * @throws IllegalArgumentException if client and target differ in family, if the soft expiry is
   *     after the hard one, or if the idle limit is under 2 seconds
   */
  public Grant {
    requireNonNull(id, "id");
    requireNonNull(client, "client");
    requireNonNull(target, "target");
    requireNonNull(mode, "mode");
    hardExpiry = hardExpiry.truncatedTo(ChronoUnit.MILLIS);
    softExpiry = softExpiry.truncatedTo(ChronoUnit.MILLIS);
    if (client.family() != target.prefix().address().family()) {
      throw new IllegalArgumentException(
          "grant " + id + ": client " + client + " and target " + target + " differ in family");
    }
    if (softExpiry.isAfter(hardExpiry)) {
      throw new IllegalArgumentException(
          "grant " + id + ": soft expiry " + softExpiry + " is after hard expiry " + hardExpiry);
    }
    if (idle != null) {
      idle = idle.truncatedTo(ChronoUnit.MILLIS);
      if (idle.compareTo(LEAST_IDLE_LIMIT) < 0) {
        throw new IllegalArgumentException(
            "grant " + id + ": an idle limit is at least 2 s, not " + idle.toMillis() + " ms");
      }
    }
  }

  /**
   * Returns a plain enforcing grant: no idle limit, no lease, both expiries the same.
   *
   * @param id its name
   * @param client the source address
   * @param target where packets may go
   * @param expiry when it ends
   * @return the grant
   * @throws IllegalArgumentException if client and target differ in family
   */
  public static Grant until(GrantId id, IpAddress client, Target target, Instant expiry) {
    return new Grant(id, client, target, expiry, expiry, null, EnforcementMode.ENFORCE, false);
  }

  /**
   * Returns the idle limit, if there is one.
   *
   * @return the limit
   */
  public Optional<Duration> idleLimit() {
    return Optional.ofNullable(idle);
  }

  /**
   * Returns this grant with another soft expiry.
   *
   * @param expiry the new soft expiry
   * @return a copy
   * @throws IllegalArgumentException if it is after the hard expiry
   */
  public Grant withSoftExpiry(Instant expiry) {
    return new Grant(id, client, target, hardExpiry, expiry, idle, mode, needsLease);
  }

  /**
   * Returns this grant with an idle limit.
   *
   * @param limit at least 2 seconds
   * @return a copy
   * @throws IllegalArgumentException if it is less
   */
  public Grant withIdleLimit(Duration limit) {
    return new Grant(id, client, target, hardExpiry, softExpiry, limit, mode, needsLease);
  }

  /**
   * Returns this grant in another mode.
   *
   * @param other the mode
   * @return a copy
   */
  public Grant withMode(EnforcementMode other) {
    return new Grant(id, client, target, hardExpiry, softExpiry, idle, other, needsLease);
  }

  /**
   * Returns this grant with or without the need of a lease.
   *
   * @param needed whether it needs the lease
   * @return a copy
   */
  public Grant withNeedsLease(boolean needed) {
    return new Grant(id, client, target, hardExpiry, softExpiry, idle, mode, needed);
  }
}
