package io.aegis.server.demo;

import io.aegis.api.Reason;
import io.aegis.server.demo.Story.Observations;
import io.aegis.server.lab.Lab;
import io.aegis.server.lab.LabClient;
import io.aegis.server.lab.LabLimits;
import io.aegis.server.lab.LabNetwork;
import io.aegis.server.lab.LabProcess;
import io.aegis.server.lab.LabServices;
import io.aegis.server.lab.Wire;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Steps 4 to 7: what is open closes, by command, by idleness, and when the agent is dead. */
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
    try (LabClient.Transfer _ = story.client().upload(LabNetwork.WEB)) {
      long before = story.lab().arrivals().uploadedBytes();
      LongSupplier arrived = () -> story.lab().arrivals().uploadedBytes() - before;
      deactivateMeanwhile(seen, "upload", arrived);
    }
  }

  void deactivateDuringADownload(Observations seen) {
    story.activateWebOnceConnected();
    try (LabClient.Transfer download = story.client().download(LabNetwork.WEB)) {
      Drops drops =
          story.dropsDuring(() -> deactivateMeanwhile(seen, "download", download::receivedBytes));
      seen.check(
          drops.of(Reason.EGRESS) > 0 || !story.filtersWhatLeaves(),
          "what was sent all the same, the gateway dropped: %s".formatted(drops));
    }
  }

  private void deactivateMeanwhile(Observations seen, String transfer, LongSupplier bytes) {
    awaitFlow(transfer, bytes);
    seen.tell("the %s runs: %,d bytes so far".formatted(transfer, bytes.getAsLong()));
    try (Wire wire = story.lab().wire()) {
      awaitBothWays(wire);
      Instant call = story.lab().now();
      story.deactivateWeb();
      Instant answer = story.lab().now();
      long then = bytes.getAsLong();
      pause(LabStory.PATIENCE);
      long later = bytes.getAsLong() - then;
      Wire.Last last = wire.last(LabNetwork.WEB);
      boolean isFiltered = story.filtersWhatLeaves();
      if (!isFiltered) {
        seen.tell("this kernel, before Linux 6.6, lets web send on: one direction is filtered");
      }
      passedBefore(seen, "of the client", call, answer, last.toHost());
      if (isFiltered) {
        passedBefore(seen, "of web", call, answer, last.fromHost());
      }
      seen.check(
          later == 0 || !isFiltered,
          "answer %.1f ms after the call; %,d bytes arrived in the %d ms after it"
              .formatted(millis(call, answer), later, LabStory.PATIENCE.toMillis()));
    }
  }

  private static void passedBefore(
      Observations seen, String whose, Instant call, Instant answer, @Nullable Instant last) {
    if (last == null) {
      throw new IllegalStateException("the gateway saw no packet " + whose);
    }
    double after = millis(call, last);
    seen.check(
        last.isBefore(answer),
        "last packet %s past the gateway %.1f ms %s the call"
            .formatted(whose, Math.abs(after), after < 0 ? "before" : "after"));
  }

  private static double millis(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e6;
  }

  private static void awaitFlow(String transfer, LongSupplier bytes) {
    await("the " + transfer + " did not get through", () -> bytes.getAsLong() > 1_000_000);
  }

  private static void awaitBothWays(Wire wire) {
    await(
        "nothing went over the gateway's interface",
        () -> {
          Wire.Last last = wire.last(LabNetwork.WEB);
          return last.toHost() != null && last.fromHost() != null;
        });
  }

  private static void await(String otherwise, BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(otherwise);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  void idle(Observations seen) {
    // Without knocks: packets of theirs that are repeated later would be use of the path.
    story.activateWebOnceConnected();
    LabProcess agent = story.lab().process("agent");
    try (Wire wire = story.lab().wire()) {
      seen.check(
          story.client().gets(LabNetwork.WEB, LabStory.PATIENCE), "GET http://web:8080/: 200");
      agent.freeze();
      seen.tell(
          "the agent is frozen, so that only the kernel can close; nobody sends for %d s"
              .formatted(limits.idle().toSeconds()));
      awaitQuiet(wire);
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

  /** What the steps before have left, such as a segment of the download, may be sent again. */
  private void awaitQuiet(Wire wire) {
    long end = System.nanoTime() + limits.idle().multipliedBy(5).toNanos();
    for (Duration left = untilQuiet(wire); left.isPositive(); left = untilQuiet(wire)) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("somebody goes on sending over the path to web");
      }
      pause(left);
    }
  }

  private Duration untilQuiet(Wire wire) {
    Wire.Last last = wire.last(LabNetwork.WEB);
    Instant latest =
        Stream.of(last.toHost(), last.fromHost())
            .filter(Objects::nonNull)
            .max(Comparator.naturalOrder())
            .orElseGet(story.lab()::now);
    return Duration.between(story.lab().now(), latest.plus(limits.idle()).plus(SLACK));
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
