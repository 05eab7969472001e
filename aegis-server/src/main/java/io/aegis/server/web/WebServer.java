package io.aegis.server.web;

import static java.util.Objects.requireNonNull;

import com.google.inject.Inject;
import io.aegis.api.IpAddress;
import io.aegis.server.pki.TlsIdentity;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.util.JavalinLogger;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.server.handler.MinimumDataRateHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTPS server. Started once and closed once, by one thread; requests are worked on by virtual
 * threads of its own.
 */
public final class WebServer implements AutoCloseable {
  /** Connections that the kernel keeps while we are busy. */
  private static final int BACKLOG = 128;

  private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);

  /** Longer than a request waits for gateways, by default. */
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

  /** Whoever only holds a connection makes room while there is none. */
  private static final Duration CROWDED_IDLE_TIMEOUT = Duration.ofSeconds(1);

  /** Around all others, so that it knows which requests are being answered. */
  private final GracefulHandler requests = new GracefulHandler();

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
    ServerSocketChannel listening = listen();
    try {
      JavalinLogger.startupInfo = false;
      running = Javalin.create(javalin -> configure(javalin, listening)).start();
    } catch (RuntimeException e) {
      listening.close();
      throw new IOException("starting the HTTPS server at " + place() + " failed", e);
    }
  }

  // Done here and not by Jetty, so that the one thing that goes wrong in practice is told clearly.
  private ServerSocketChannel listen() throws IOException {
    boolean ipv4 = config.address().family() == IpAddress.Family.IPV4;
    ServerSocketChannel channel =
        ServerSocketChannel.open(ipv4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
    try {
      // A server that restarts need not wait for the connections of the one before to be forgotten.
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      return channel.bind(
          new InetSocketAddress(config.address().toInetAddress(), config.port()), BACKLOG);
    } catch (IOException e) {
      channel.close();
      throw new IOException(
          "listening at "
              + place()
              + ": "
              + e.getMessage()
              + " (stop the other program, or configure another address or port with web.listen)",
          e);
    }
  }

  private String place() {
    return config.address() + " port " + config.port();
  }

  private void configure(JavalinConfig javalin, ServerSocketChannel listening) {
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
      server.insertHandler(new MinimumDataRateHandler(Https.MIN_BYTES_PER_SECOND, 0));
      server.setErrorHandler(new JsonErrorHandler());
      server.addBean(connectionLimit(server));
      server.insertHandler(requests);
    });
    javalin.jetty.addConnector(
        (server, http) -> Https.connector(server, http, config, identity, listening));
    javalin.jetty.modifyServletContextHandler(
        context -> context.setErrorHandler(new JsonErrorHandler()));
    routes.addTo(javalin.routes);
  }

  private NetworkConnectionLimit connectionLimit(Server server) {
    NetworkConnectionLimit limit = new NetworkConnectionLimit(config.maxConnections(), server);
    limit.setEndPointIdleTimeout(CROWDED_IDLE_TIMEOUT.toMillis());
    return limit;
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

  /**
   * Answers the requests that are under way, for a while, and none that come meanwhile (503); then
   * stops listening and ends all connections. When it returns, nothing reads or writes any more on
   * behalf of a user. Does nothing if the server is not running.
   */
  @Override
  public void close() {
    Javalin javalin = running;
    if (javalin != null) {
      running = null;
      // Not Jetty's own graceful stop: that waits for connections too, silent ones included.
      try {
        requests.shutdown().get(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS);
      } catch (TimeoutException | ExecutionException e) {
        LOG.warn("event=requests-left-behind reason=\"they did not end in time\"", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      javalin.stop();
    }
  }
}
