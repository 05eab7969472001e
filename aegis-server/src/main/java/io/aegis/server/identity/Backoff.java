package io.aegis.server.identity;

import com.google.inject.Inject;
import io.aegis.api.IpAddress;
import io.aegis.api.IpAddress.Family;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes guessing slow: after a few failures for an account or from an address, each further one
 * doubles the time during which nothing is looked at. Kept in memory alone: a restart forgives, and
 * nobody makes the database grow by guessing.
 *
 * <p>An account is locked for a minute at most, so that a stranger who knows a name cannot keep its
 * owner out for long; an address for much longer. Safe for any number of threads.
 */
final class Backoff {
  static final int FREE_FAILURES_PER_ADDRESS = 30;
  static final int FREE_FAILURES_PER_ACCOUNT = 5;
  static final Duration FIRST_DELAY = Duration.ofSeconds(1);
  static final Duration LONGEST_FOR_ACCOUNT = Duration.ofMinutes(1);
  static final Duration LONGEST_FOR_ADDRESS = Duration.ofMinutes(15);

  /** After that long without a failure all is forgotten. */
  static final Duration MEMORY = Duration.ofHours(1);

  /** Bounds the memory; beyond it the longest untouched is forgotten. */
  static final int MOST_ENTRIES = 50_000;

  /**
   * What is remembered of an account or an address.
   *
   * @param count how many failures
   * @param last when the last one was
   * @param lockedUntil until when nothing is looked at
   * @param unlooked how many attempts from an address were turned away, and not told of yet
   */
  private record Failures(int count, Instant last, Instant lockedUntil, long unlooked) {}

  private final InstantSource clock;
  private final Map<String, Failures> accounts = new LinkedHashMap<>();
  private final Map<String, Failures> addresses = new LinkedHashMap<>();

  @Inject
  Backoff(InstantSource clock) {
    this.clock = clock;
  }

  /** Throws {@code LOCKED_OUT} if this account or address has to wait. */
  synchronized void requireOpen(String account, IpAddress source) {
    Instant now = clock.instant();
    Instant until =
        later(lockedUntil(accounts.get(account)), lockedUntil(addresses.get(key(source))));
    requirePast(until, now, source);
  }

  /** Throws {@code LOCKED_OUT} if this address has to wait, whatever the account. */
  synchronized void requireOpen(IpAddress source) {
    requirePast(lockedUntil(addresses.get(key(source))), clock.instant(), source);
  }

  private void requirePast(Instant until, Instant now, IpAddress source) {
    if (until.isAfter(now)) {
      addresses.computeIfPresent(
          key(source),
          (_, each) ->
              new Failures(each.count(), each.last(), each.lockedUntil(), each.unlooked() + 1));
      throw ControllerException.lockedOut(Duration.between(now, until));
    }
  }

  /**
   * Returns how many attempts from an address were turned away since this was last asked: told in
   * one line, since a line for each would let strangers fill the audit log. Those from an address
   * that never failed itself are not counted.
   */
  synchronized long takeUnlooked(IpAddress source) {
    Failures failures = addresses.get(key(source));
    if (failures == null || failures.unlooked() == 0) {
      return 0;
    }
    addresses.replace(
        key(source), new Failures(failures.count(), failures.last(), failures.lockedUntil(), 0));
    return failures.unlooked();
  }

  /** Counts a wrong password. */
  synchronized void failed(String account, IpAddress source) {
    count(accounts, account, FREE_FAILURES_PER_ACCOUNT, LONGEST_FOR_ACCOUNT);
    failed(source);
  }

  /** Counts what no account can be blamed for. */
  synchronized void failed(IpAddress source) {
    count(addresses, key(source), FREE_FAILURES_PER_ADDRESS, LONGEST_FOR_ADDRESS);
  }

  /**
   * Forgets the failures for an account whose password was right. Those of the address stay: who
   * has one account could otherwise guess at others between two logins of their own.
   */
  synchronized void succeeded(String account) {
    accounts.remove(account);
  }

  private void count(Map<String, Failures> all, String key, int free, Duration longest) {
    Instant now = clock.instant();
    Failures before = all.remove(key);
    int count = before == null || isForgotten(before, now) ? 1 : before.count() + 1;
    long unlooked = before == null ? 0 : before.unlooked();
    all.put(key, new Failures(count, now, now.plus(delay(count - free, longest)), unlooked));
    forgetOldest(all, now);
  }

  /** Entries are in the order of their last failure, so the oldest come first. */
  private static void forgetOldest(Map<String, Failures> all, Instant now) {
    Iterator<Failures> oldest = all.values().iterator();
    while (oldest.hasNext()) {
      Failures next = oldest.next();
      if (all.size() <= MOST_ENTRIES && !isForgotten(next, now)) {
        return;
      }
      oldest.remove();
    }
  }

  private static boolean isForgotten(Failures failures, Instant now) {
    return failures.last().plus(MEMORY).isBefore(now);
  }

  private static Duration delay(int beyondFree, Duration longest) {
    if (beyondFree <= 0) {
      return Duration.ZERO;
    }
    Duration delay = FIRST_DELAY.multipliedBy(1L << Math.min(beyondFree - 1, 20));
    return delay.compareTo(longest) < 0 ? delay : longest;
  }

  private static Instant lockedUntil(@Nullable Failures failures) {
    return failures == null ? Instant.MIN : failures.lockedUntil();
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  /** One host has a whole /64 of IPv6 to speak from. */
  private static String key(IpAddress source) {
    return source.family() == Family.IPV4
        ? source.toString()
        : Long.toHexString(source.high()) + "::/64";
  }
}
