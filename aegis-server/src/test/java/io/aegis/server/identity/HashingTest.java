package io.aegis.server.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.aegis.server.identity.ControllerException.Kind;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What a password check costs, and whom. */
final class HashingTest {
  private static final int CHECKS = 12;

  private static Hashing hashing(int waiting) {
    return new Hashing(
        new IdentityConfig(Duration.ofMinutes(1), Duration.ofHours(1), 8 * 1024, 1, 1, waiting));
  }

  @Test
  void matches_ofAnUnknownUser_costsAsMuchAsOfAKnownOne() {
    try (Hashing hashing = hashing(8)) {
      String hash = hashing.hash("the password");
      cpuNanos(hashing, hash); // both paths warm
      cpuNanos(hashing, null);

      double known = cpuNanos(hashing, hash);
      double unknown = cpuNanos(hashing, null);

      // Time of the processor, not of the clock: a busy machine changes nothing.
      assertThat(unknown / known).isCloseTo(1.0, within(0.5));
    }
  }

  private static long cpuNanos(Hashing hashing, @org.jspecify.annotations.Nullable String hash) {
    long before = hashingThreadNanos();
    for (int i = 0; i < CHECKS; i++) {
      assertThat(hashing.matches("not the password", hash, () -> {})).isFalse();
    }
    return hashingThreadNanos() - before;
  }

  private static long hashingThreadNanos() {
    var threads = ManagementFactory.getThreadMXBean();
    long sum = 0;
    for (ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (info != null && info.getThreadName().startsWith("aegis-hashing-")) {
        sum += Math.max(0, threads.getThreadCpuTime(info.getThreadId()));
      }
    }
    return sum;
  }

  @Test
  void matches_withTheRightPassword_isTrueWhateverItsUnicodeForm() {
    try (Hashing hashing = hashing(8)) {
      String hash = hashing.hash("Gr\u00fc\u00dfe");

      assertThat(hash).startsWith("$argon2id$");
      assertThat(hashing.matches("Gru\u0308\u00dfe", hash, () -> {})).isTrue();
      assertThat(hashing.matches("Grusse", hash, () -> {})).isFalse();
      assertThat(hashing.hash("Gr\u00fc\u00dfe")).isNotEqualTo(hash);
    }
  }

  @Test
  void matches_withMoreWaitingThanMayWait_refusesTheRestAtOnce() throws Exception {
    try (Hashing hashing = hashing(1)) {
      var begun = new CountDownLatch(1);
      var go = new CountDownLatch(1);
      var first =
          CompletableFuture.runAsync(() -> check(hashing, begun, go), Thread::startVirtualThread);
      begun.await();
      List<Kind> refused = new ArrayList<>();
      var second =
          CompletableFuture.runAsync(() -> check(hashing, begun, go), Thread::startVirtualThread);
      while (refused.isEmpty()) {
        refuse(hashing, refused);
      }
      go.countDown();

      assertThat(refused).containsOnly(Kind.UNAVAILABLE);
      CompletableFuture.anyOf(first, second).get();
    }
  }

  private static void check(Hashing hashing, CountDownLatch begun, CountDownLatch go) {
    hashing.matches(
        "x",
        null,
        () -> {
          begun.countDown();
          try {
            go.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /** Tries once without waiting for a turn; notes how it was refused. */
  private static void refuse(Hashing hashing, List<Kind> refused) {
    var attempt =
        CompletableFuture.runAsync(
            () -> hashing.matches("x", null, () -> {}), Thread::startVirtualThread);
    try {
      attempt.orTimeout(200, java.util.concurrent.TimeUnit.MILLISECONDS).join();
    } catch (java.util.concurrent.CompletionException e) {
      if (e.getCause() instanceof ControllerException refusal) {
        refused.add(refusal.kind());
      }
    }
  }
}
