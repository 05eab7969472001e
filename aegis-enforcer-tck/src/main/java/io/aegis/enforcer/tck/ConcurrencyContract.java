package io.aegis.enforcer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.GrantUpdate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every method may be called by any thread at any time. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
public abstract class ConcurrencyContract extends EnforcerConcern {
  private static final int WRITERS = 4;
  private static final int ROUNDS = 20;

  /** For subclasses. */
  protected ConcurrencyContract() {}

  @Test
  void changesByManyThreads_areAllApplied_whileOthersRead() throws Exception {
    Instant now = now();
    var done = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> reader = threads.submit(() -> readUntil(done));
      var writers = new ArrayList<Future<?>>();
      for (int writer = 0; writer < WRITERS; writer++) {
        int first = 1 + writer * 10;
        writers.add(threads.submit(() -> addAndRemove(first, now)));
      }
      try {
        for (Future<?> writer : writers) {
          writer.get();
        }
      } finally {
        done.set(true); // or a writer that fails would leave the reader at work for ever
      }
      reader.get();
    }
    assertThat(enforcer().grants())
        .containsExactly(
            Sample.nth(1, now), Sample.nth(11, now), Sample.nth(21, now), Sample.nth(31, now));
    assertThat(enforcer().activity()).hasSize(WRITERS);
  }

  /** Ends with the first of its ids in force, after many changes of all of them. */
  private @org.jspecify.annotations.Nullable Void addAndRemove(int first, Instant now) {
    for (int round = 0; round < ROUNDS; round++) {
      add(Sample.nth(first, now), Sample.nth(first + 1, now));
      assertThat(admitsNth(first)).isTrue();
      enforcer().apply(GrantUpdate.removing(Sample.id(first), Sample.id(first + 1)));
      assertThat(admitsNth(first)).as("after the receipt of the removal").isFalse();
    }
    add(Sample.nth(first, now));
    return null;
  }

  private void readUntil(AtomicBoolean done) {
    do {
      List<Grant> grants = enforcer().grants();
      assertThat(grants).extracting(Grant::id).isSorted().doesNotHaveDuplicates();
      assertThat(enforcer().activity()).doesNotContainValue(null);
      assertThat(enforcer().counters().counts()).doesNotContainNull();
      assertThat(enforcer().health().isGreen()).isTrue();
    } while (!done.get());
  }

  @Test
  void concurrentReplaces_leaveOneOfThem() throws Exception {
    Instant now = now();
    List<Grant> odd = List.of(Sample.nth(1, now), Sample.nth(3, now), Sample.nth(5, now));
    List<Grant> even = List.of(Sample.nth(2, now), Sample.nth(4, now), Sample.nth(6, now));
    var start = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<Future<?>>();
      for (List<Grant> grants : List.of(odd, even)) {
        Callable<?> replacing =
            () -> {
              start.await();
              for (int round = 0; round < ROUNDS; round++) {
                assertThat(enforcer().replace(grants).failures()).isEmpty();
              }
              return null;
            };
        all.add(threads.submit(replacing));
      }
      start.countDown();
      for (Future<?> each : all) {
        each.get();
      }
    }
    assertThat(enforcer().grants()).isIn(odd, even);
  }

  @Test
  void close_whileOthersUseIt_endsThemWithClosed() throws Exception {
    Instant now = now();
    var started = new CountDownLatch(WRITERS);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<Future<Kind>>();
      for (int writer = 0; writer < WRITERS; writer++) {
        int id = 1 + writer;
        all.add(threads.submit(() -> useUntilClosed(id, now, started)));
      }
      started.await();
      enforcer().close();
      for (Future<Kind> each : all) {
        assertThat(each.get()).isEqualTo(Kind.CLOSED);
      }
    }
  }

  private Kind useUntilClosed(int id, Instant now, CountDownLatch started) {
    while (true) {
      try {
        enforcer().apply(GrantUpdate.adding(Sample.nth(id, now)));
        enforcer().grants();
        enforcer().activity();
        enforcer().counters();
        enforcer().apply(GrantUpdate.removing(Sample.id(id)));
      } catch (EnforcerException e) {
        return e.kind();
      } finally {
        started.countDown();
      }
    }
  }

  private boolean admitsNth(long n) {
    return admits(Sample.frame(Sample.nthClient(n), Sample.SERVICE, Sample.PORT));
  }
}
