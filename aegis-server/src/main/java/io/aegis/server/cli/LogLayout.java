package io.aegis.server.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * One line for each event: time in UTC, level, where from, what. A failure is told by its messages;
 * its trace follows only where traces are wanted. Line ends within a message are escaped, so that
 * nobody writes log lines of his own.
 */
final class LogLayout extends LayoutBase<ILoggingEvent> {
  private volatile boolean traces;

  void showTraces(boolean wanted) {
    traces = wanted;
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    String logger = event.getLoggerName();
    var line = new StringBuilder(160);
    line.append(Instant.ofEpochMilli(event.getTimeStamp()).truncatedTo(ChronoUnit.MILLIS))
        .append(' ')
        .append(event.getLevel())
        .append(' ')
        .append(logger.substring(logger.lastIndexOf('.') + 1))
        .append(' ')
        .append(escaped(String.valueOf(event.getFormattedMessage())));
    IThrowableProxy failure = event.getThrowableProxy();
    if (failure != null) {
      line.append(" failure=\"").append(escaped(chain(failure))).append('"');
    }
    line.append('\n');
    if (failure != null && traces) {
      line.append(ThrowableProxyUtil.asString(failure)).append('\n');
    }
    return line.toString();
  }

  private static String chain(IThrowableProxy failure) {
    var text = new StringBuilder(words(failure));
    for (var cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      text.append(": ").append(words(cause));
    }
    return text.toString();
  }

  private static String words(IThrowableProxy failure) {
    String type = failure.getClassName();
    String message = failure.getMessage();
    return message == null ? type.substring(type.lastIndexOf('.') + 1) : message;
  }

  private static String escaped(String text) {
    return text.replace("\r", "\\r").replace("\n", "\\n");
  }
}
