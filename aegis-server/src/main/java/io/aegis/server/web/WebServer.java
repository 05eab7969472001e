package io.aegis.server.web;

import static java.util.Objects.requireNonNull;

import com.google.inject.Inject;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.util.JavalinBindException;
import io.javalin.util.JavalinLogger;
import java.io.IOException;
import java.net.BindException;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.jspecify.annotations.Nullable;

/**
 * The HTTPS server. Started once and closed once, by one thread; requests are worked on by virtual
 * threads of its own.
 */
public final class WebServer implements AutoCloseable {
  private final WebConfig config;
  private final TlsIdentity identity;
  private final Routes routes;
  private @Nullable Javalin running;

  @Inject
  WebServer(WebConfig config, TlsIdentity identity, Routes routes) {
    this.config = requireNonNull(config, "config");
    this.identity = requireNonNull(identity, "identity");
    this.routes = requireNonNull(routes, "routes");
  }

  /**
   * Starts to listen. When it returns, requests are answered.
   *
   * @throws IOException if the address cannot be listened at, naming it; nothing is left open
   * @throws IllegalStateException if it was started before
   */
  public void start() throws IOException {
    if (running != null) {
      throw new IllegalStateException("the HTTPS server is started twice");
    }
    JavalinLogger.startupInfo = false;
    Javalin javalin = Javalin.create(this::configure);
    try {
      javalin.start();
    } catch (RuntimeException e) {
      stopQuietly(javalin, e);
      throw cannotListen(e);
    }
    running = javalin;
  }

  private void configure(JavalinConfig javalin) {
    javalin.startup.showJavalinBanner = false;
    javalin.startup.showOldJavalinVersionWarning = false;
    javalin.startup.startupWatcherEnabled = false;
    // Compressing secrets beside a stranger's text tells the secrets by the length (BREACH).
    javalin.http.compressionStrategy = CompressionStrategy.NONE;
    javalin.http.maxRequestSize = Requests.MAX_BODY_BYTES;
    javalin.http.prefer405over404 = true;
    javalin.router.ignoreTrailingSlashes = false;
    javalin.jetty.threadPool = Https.threads(config);
    javalin.jetty.modifyHttpConfiguration(Https::configure);
    javalin.jetty.modifyServer(server -> {
      server.setErrorHandler(new JsonErrorHandler());
      server.addBean(new NetworkConnectionLimit(config.maxConnections(), server));
    });
    javalin.jetty.addConnector((server, http) -> Https.connector(server, http, config, identity));
    javalin.jetty.modifyServletContextHandler(
        context -> context.setErrorHandler(new JsonErrorHandler()));
    routes.addTo(javalin.routes);
  }

  private IOException cannotListen(RuntimeException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException || cause instanceof JavalinBindException) {
        return new IOException(
            "listening at "
                + config.address()
                + " port "
                + config.port()
                + ": the address is taken or not this machine's (stop the other program, or"
                + " configure another address or port)",
            e);
      }
    }
    return new IOException(
        "starting the HTTPS server at " + config.address() + " port " + config.port() + " failed",
        e);
  }

  private static void stopQuietly(Javalin javalin, RuntimeException because) {
    try {
      javalin.stop();
    } catch (RuntimeException e) {
      because.addSuppressed(e);
    }
  }

  /**
   * Returns the port that is listened at.
   *
   * @return 1 to 65535
   * @throws IllegalStateException if the server is not running
   */
  public int port() {
    Javalin javalin = running;
    if (javalin == null) {
      throw new IllegalStateException("the HTTPS server is not running");
    }
    return javalin.port();
  }

  /** Stops listening and ends all connections. Does nothing if the server is not running. */
  @Override
  public void close() {
    Javalin javalin = running;
    if (javalin != null) {
      running = null;
      javalin.stop();
    }
  }
}
