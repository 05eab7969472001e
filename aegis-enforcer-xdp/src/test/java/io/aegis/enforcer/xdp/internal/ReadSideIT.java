package io.aegis.enforcer.xdp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.enforcer.spi.Enforcer;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whoever reads waits for nobody: the Java machine itself says how often a thread has waited. */
@Tag("kernel")
class ReadSideIT {

  private static final int CHANGES = 40;

  @RegisterExtension final Scene scene = new Scene("agread");

  private static ThreadInfo self() {
    return ManagementFactory.getThreadMXBean().getThreadInfo(Thread.currentThread().threadId());
  }

  @Test
  void readers_neitherBlockNorWait_whileGrantsChange() throws Exception {
    try (Enforcer enforcer = scene.open()) {
      List<Grant> some = IntStream.range(1, 100).mapToObj(Churn::grant).toList();
      enforcer.replace(some);
      var done = new AtomicBoolean();
      var changes = new AtomicInteger();
      var failure = new AtomicReference<Throwable>();
      // Each of these removes grants, and holds the writers' lock while it waits for a grace
      // period.
      Thread writer =
          Thread.ofPlatform()
              .name("read-side-writer")
              .uncaughtExceptionHandler((_, e) -> failure.set(e))
              .start(() -> {
                while (changes.get() < CHANGES) {
                  enforcer.replace(changes.get() % 2 == 0 ? some.subList(0, 50) : some);
                  changes.incrementAndGet();
                }
                done.set(true);
              });
      enforcer.activity(); // what is loaded once is loaded
      ThreadInfo before = self();
      int reads = 0;
      for (; !done.get() && failure.get() == null; reads++) {
        assertThat(enforcer.activity()).hasSizeGreaterThanOrEqualTo(50);
      }
      ThreadInfo after = self();
      writer.join();

      assertThat(failure.get()).isNull();
      assertThat(changes.get()).isEqualTo(CHANGES);
      assertThat(reads).isGreaterThan(CHANGES);
      assertThat(after.getBlockedCount() - before.getBlockedCount()).as("blocked").isZero();
      assertThat(after.getWaitedCount() - before.getWaitedCount()).as("waited").isZero();
    }
  }
}
