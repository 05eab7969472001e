package io.aegis.server.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Sets up the log: standard error, one line for each event, warnings of libraries and the few
 * events of our own. In Java and not in XML, which costs a tenth of a second at every start; a file
 * named by {@code -Dlogback.configurationFile} replaces it.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
  private static final String OWN = "io.aegis";
  private static final LogLayout LAYOUT = new LogLayout();

  /** Made by logback, through ServiceLoader. */
  public LogSetup() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (System.getProperty("logback.configurationFile") != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    LAYOUT.setContext(context);
    LAYOUT.start();
    var encoder = new LayoutWrappingEncoder<ILoggingEvent>();
    encoder.setContext(context);
    encoder.setLayout(LAYOUT);
    encoder.start();
    var appender = new ConsoleAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(appender);
    context.getLogger(OWN).setLevel(Level.INFO);
    // Logs what it throws as well, and our own handlers see everything that it throws.
    context.getLogger("Javalin").setLevel(Level.OFF);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** Leaves out our own events below a warning, unless more is told anyway, until closed. */
  static Quiet warningsOnly() {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)
        || context.getLogger(OWN).getLevel() != Level.INFO) {
      return () -> {};
    }
    context.getLogger(OWN).setLevel(Level.WARN);
    return () -> context.getLogger(OWN).setLevel(Level.INFO);
  }

  /** While open, the log says less. */
  interface Quiet extends AutoCloseable {
    @Override
    void close();
  }

  /** Brings java.util.logging (gRPC) into the log, and makes it tell more if that is wanted. */
  static void start(boolean verbose) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context && verbose) {
      context.getLogger(OWN).setLevel(Level.DEBUG);
      context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.INFO);
    }
    LAYOUT.showTraces(verbose);
    java.util.logging.LogManager.getLogManager().reset();
    java.util.logging.Logger.getLogger("")
        .setLevel(verbose ? java.util.logging.Level.INFO : java.util.logging.Level.WARNING);
    SLF4JBridgeHandler.install();
    Thread.setDefaultUncaughtExceptionHandler((thread, e) ->
        LoggerFactory.getLogger(LogSetup.class)
            .error("event=thread-died thread={}", thread.getName(), e));
  }
}
