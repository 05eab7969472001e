package io.aegis.server.cli;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.LoggerFactory;

/** Waits for an event in the log; begins to listen when made. */
final class LogWatch implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  private final Logger logger;
  private final CompletableFuture<String> seen = new CompletableFuture<>();
  private final AppenderBase<ILoggingEvent> appender;

  LogWatch(Class<?> source, String part) {
    this(source.getName(), part);
  }

  /** Listens to a class, or to all of a package. */
  LogWatch(String source, String part) {
    this.logger = (Logger) LoggerFactory.getLogger(source);
    this.appender =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            if (event.getFormattedMessage().contains(part)) {
              seen.complete(event.getFormattedMessage());
            }
          }
        };
    appender.setContext(logger.getLoggerContext());
    appender.start();
    logger.addAppender(appender);
  }

  /** Waits for it. */
  void await() throws InterruptedException {
    String _ = awaitLine();
  }

  /** Waits for it, and returns what it says. */
  String awaitLine() throws InterruptedException {
    try {
      return seen.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("not in the log of " + logger.getName(), e);
    }
  }

  @Override
  public void close() {
    logger.detachAppender(appender);
    appender.stop();
  }
}
