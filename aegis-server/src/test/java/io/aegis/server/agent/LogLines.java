package io.aegis.server.agent;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Collects what classes log at INFO and above, until it is closed. */
final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final List<Logger> loggers;

  LogLines(Class<?>... sources) {
    this(List.of(sources).stream().map(Class::getName).toArray(String[]::new));
  }

  /** By name: for classes that the server does not know. */
  LogLines(String... sources) {
    loggers =
        List.of(sources).stream().map(each -> (Logger) LoggerFactory.getLogger(each)).toList();
    setContext(loggers.getFirst().getLoggerContext());
    start();
    loggers.forEach(logger -> logger.addAppender(this));
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (event.getLevel().isGreaterOrEqual(Level.INFO)) {
      lines.add(event.getLevel() + " " + event.getFormattedMessage());
    }
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    loggers.forEach(logger -> logger.detachAppender(this));
    stop();
  }
}
