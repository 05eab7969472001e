package io.aegis.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.server.web.Browser.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StopTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private Path directory;

  @Test
  void close_whileARequestIsUnderWay_takesNoNewOnesAndAnswersIt() throws Exception {
    try (WebFixture server = WebFixture.start(directory);
        Browser user = server.browser().login("user", WebFixture.PASSWORD);
        Browser late = server.browser()) {
      long id = server.serviceForUsers("web", "10.77.2.10:8080");
      server.holdGateways();
      var request =
          new FutureTask<Reply>(
              () -> user.send("POST", "/api/me/selected", "{\"service_id\":" + id + "}"));
      Thread.ofVirtual().start(request);
      await(() -> !server.openFor().isEmpty());
      CompletableFuture<Void> stop = CompletableFuture.runAsync(server::stopServing);
      await(() -> late.get("/login").status() == 503);
      assertThat(stop).isNotDone();
      server.releaseGateways();
      Reply reply = request.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(reply.status()).as(reply.text()).isEqualTo(200);
      stop.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }
}
