package io.aegis.server.identity;

import java.time.Duration;

/**
 * How users log in.
 *
 * @param accessTtl how long an access token is good, 10 s to 1 h
 * @param sessionTtl how long a login lasts at most, {@code accessTtl} to 30 days
 * @param argon2MemoryKib the memory of one password check in KiB, 8 to 1,048,576
 * @param argon2Iterations how often a password check goes over that memory, 1 to 100
 * @param hashingThreads how many passwords are checked at once, 1 to 64; each takes a processor
 * @param waitingLogins how many more logins may wait for that, 1 to 10,000; beyond, they are
 *     refused
 */
public record IdentityConfig(
    Duration accessTtl,
    Duration sessionTtl,
    int argon2MemoryKib,
    int argon2Iterations,
    int hashingThreads,
    int waitingLogins) {

  /** The default of {@link #accessTtl}: a stolen one is of little use. */
  public static final Duration DEFAULT_ACCESS_TTL = Duration.ofMinutes(15);

  /** The default of {@link #sessionTtl}: a working day. */
  public static final Duration DEFAULT_SESSION_TTL = Duration.ofHours(12);

  /** The default of {@link #argon2MemoryKib}: what OWASP's password storage page asks for. */
  public static final int DEFAULT_ARGON2_MEMORY_KIB = 19 * 1024;

  /** The default of {@link #argon2Iterations}: what OWASP's page asks for with that memory. */
  public static final int DEFAULT_ARGON2_ITERATIONS = 2;

  /** The default of {@link #hashingThreads}: on two cores one is left for everybody else. */
  public static final int DEFAULT_HASHING_THREADS = 1;

  /** The default of {@link #waitingLogins}: a few seconds of waiting. */
  public static final int DEFAULT_WAITING_LOGINS = 64;

  /**
   * Makes a configuration.
   *
   * @throws IllegalArgumentException if a value is out of range
   */
  public IdentityConfig {
    require("access token lifetime", accessTtl, Duration.ofSeconds(10), Duration.ofHours(1));
    require("session lifetime", sessionTtl, accessTtl, Duration.ofDays(30));
    require("Argon2 memory in KiB", argon2MemoryKib, 8, 1_048_576);
    require("Argon2 iterations", argon2Iterations, 1, 100);
    require("hashing threads", hashingThreads, 1, 64);
    require("waiting logins", waitingLogins, 1, 10_000);
  }

  /**
   * Returns the defaults.
   *
   * @return a configuration
   */
  public static IdentityConfig defaults() {
    return new IdentityConfig(
        DEFAULT_ACCESS_TTL,
        DEFAULT_SESSION_TTL,
        DEFAULT_ARGON2_MEMORY_KIB,
        DEFAULT_ARGON2_ITERATIONS,
        DEFAULT_HASHING_THREADS,
        DEFAULT_WAITING_LOGINS);
  }

  private static void require(String what, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          what + " must be " + least.toSeconds() + " to " + most.toSeconds() + " s: " + value);
    }
  }

  private static void require(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(what + " must be " + least + " to " + most + ": " + value);
    }
  }
}
