package io.aegis.server.demo;

import io.aegis.api.Reason;
import io.aegis.server.demo.Story.Observations;
import io.aegis.server.lab.Arrivals;
import io.aegis.server.lab.Lab;
import io.aegis.server.lab.LabClient;
import io.aegis.server.lab.LabLimits;
import io.aegis.server.lab.LabNetwork;
import io.aegis.server.lab.LabProcess;
import io.aegis.server.lab.LabServices;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Steps 4 to 6: what is open closes, by command, by idleness, and when the agent is dead. */
final class ClosingSteps {
  /**
   * How late the kernel may be: idle time is kept to a second, and so is boot time after a resume.
   */
  private static final Duration SLACK = Duration.ofSeconds(1);

  private final LabStory story;
  private final LabLimits limits;

  ClosingSteps(LabStory story, LabLimits limits) {
    this.story = story;
    this.limits = limits;
  }

  void deactivateDuringAnUpload(Observations seen) {
    try (LabClient.Upload _ = story.client().upload(LabNetwork.WEB)) {
      Arrivals.Told flowing = awaitUpload(1_000_000);
      seen.tell("the upload runs: %,d bytes so far".formatted(flowing.uploadedBytes()));
      long start = System.nanoTime();
      story.deactivateWeb();
      double answered = (System.nanoTime() - start) / 1e6;
      Arrivals.Told then = story.lab().arrivals();
      pause(LabStory.PATIENCE);
      Arrivals.Told later = story.lab().arrivals();
      double last = (later.lastUploadNanos() - start) / 1e6;
      seen.tell(
          "last client packet %.1f ms %s the call, answer after %.1f ms"
              .formatted(Math.abs(last), last < 0 ? "before" : "after", answered));
      seen.check(
          later.uploadedBytes() == then.uploadedBytes(),
          "%,d bytes arrived in the %d ms after the answer"
              .formatted(
                  later.uploadedBytes() - then.uploadedBytes(), LabStory.PATIENCE.toMillis()));
    }
  }

  private Arrivals.Told awaitUpload(long bytes) {
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    long before = story.lab().arrivals().uploadedBytes();
    while (System.nanoTime() < end) {
      Arrivals.Told told = story.lab().arrivals();
      if (told.uploadedBytes() - before > bytes) {
        return told;
      }
    }
    throw new IllegalStateException("the upload did not get through");
  }

  void idle(Observations seen) {
    // Without knocks: packets of theirs that are repeated later would be use of the path.
    story.activateWebOnceConnected();
    seen.check(story.client().gets(LabNetwork.WEB, LabStory.PATIENCE), "GET http://web:8080/: 200");
    LabProcess agent = story.lab().process("agent");
    agent.freeze();
    try {
      seen.tell(
          "the agent is frozen, so that only the kernel can close; nobody sends for %d s"
              .formatted(limits.idle().toSeconds()));
      pause(limits.idle().plus(SLACK));
      Drops drops =
          story.dropsDuring(() ->
              seen.check(
                  !story.client().connects(LabNetwork.WEB, LabServices.PORT, LabStory.PATIENCE),
                  "then TCP to web:8080: nothing came back"));
      seen.check(drops.of(Reason.IDLE) > 0, "the gateway dropped: %s".formatted(drops));
    } finally {
      agent.thaw();
    }
  }

  void killTheAgent(Observations seen) {
    Lab lab = story.lab();
    story.deactivateIfActive();
    story.activateWeb();
    lab.process("agent").kill();
    long killed = System.nanoTime();
    seen.tell("the agent is dead (kill -9)");
    double closedAfter = secondsUntilClosed(killed);
    seen.check(
        closedAfter <= limits.soft().plus(SLACK).toMillis() / 1e3,
        "in constant use, web closed %.1f s later (soft expiry: at most %d s ahead)"
            .formatted(closedAfter, limits.soft().toSeconds()));
    try (var intruder = new Intruder(story.secondClient())) {
      seen.check(
          !story.client().connects(LabNetwork.ECHO, LabServices.PORT, LabStory.PATIENCE),
          "nothing else opened");
      restart(seen, intruder);
    }
  }

  private double secondsUntilClosed(long since) {
    long end = System.nanoTime() + limits.soft().plus(Duration.ofSeconds(10)).toNanos();
    long lastSeenOpen = since;
    while (System.nanoTime() < end) {
      if (!story.client().gets(LabNetwork.WEB, LabStory.PATIENCE)) {
        return (lastSeenOpen - since) / 1e9;
      }
      lastSeenOpen = System.nanoTime();
    }
    throw new IllegalStateException("web is still open");
  }

  private void restart(Observations seen, Intruder intruder) {
    long before = story.lab().arrivals().from(LabNetwork.SECOND_CLIENT);
    long start = System.nanoTime();
    story.lab().startAgent();
    double ready = (System.nanoTime() - start) / 1e6;
    long through = story.lab().arrivals().from(LabNetwork.SECOND_CLIENT) - before;
    seen.check(
        through == 0,
        "restarted after %.0f ms; the second client knocked %,d times meanwhile, %d got through"
            .formatted(ready, intruder.knocks(), through));
    // Unused for longer than its idle limit while it was closed, the old activation is over.
    story.deactivateIfActive();
    story.activateWebOnceConnected();
    seen.check(
        story.client().gets(LabNetwork.WEB, LabStory.PATIENCE),
        "activated once more, GET http://web:8080/: 200");
  }

  private static void pause(Duration duration) {
    // Waiting is the step: that nothing happens can only be seen by letting time pass.
    new CompletableFuture<Void>()
        .completeOnTimeout(null, duration.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)
        .join();
  }

  /** Somebody without a grant who never stops knocking. */
  private static final class Intruder implements AutoCloseable {
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final CompletableFuture<Void> done;
    private final AtomicLong knocks = new AtomicLong();

    Intruder(LabClient client) {
      done =
          CompletableFuture.runAsync(() -> {
            while (!stopped.get()) {
              client.connects(LabNetwork.WEB, LabServices.PORT, Duration.ofMillis(5));
              knocks.incrementAndGet();
              LockSupport.parkNanos(1_000_000);
            }
          });
    }

    long knocks() {
      return knocks.get();
    }

    @Override
    public void close() {
      stopped.set(true);
      done.join();
    }
  }
}
