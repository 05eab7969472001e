package io.aegis.server.web;

import io.aegis.server.pki.TlsIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import org.eclipse.jetty.http.CookieCompliance;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;

/** Jetty, set up as strict as it can be. */
final class Https {

  /** Path, cookies and all other headers of a request together. */
  static final int MAX_HEADER_BYTES = 8 * 1024;

  /** Below this a sender of a body is taken for one who only holds a thread. */
  static final int MIN_BYTES_PER_SECOND = 64;

  private Https() {}

  /**
   * Returns the threads: a few of the platform's to wait for the network, a virtual one for each
   * request. A connection has one request at a time, so the limit of connections bounds them too.
   */
  static QueuedThreadPool threads(WebConfig config) {
    VirtualThreadPool requests = new VirtualThreadPool(config.maxConnections());
    requests.setName("web-request");
    // One accepts and one selects; the others step in while these are busy with a TLS handshake.
    QueuedThreadPool pool = new QueuedThreadPool(8, 3);
    pool.setName("web");
    pool.setVirtualThreadsExecutor(requests);
    return pool;
  }

  /** Makes requests strict: one reading of each, or none. */
  static void configure(HttpConfiguration http) {
    // An encoded slash or dot, an empty segment or a parameter in the path has two readings, and
    // whoever guards one of them may be passed by the other.
    http.setUriCompliance(UriCompliance.RFC3986);
    http.setHttpCompliance(HttpCompliance.RFC7230);
    http.setRequestCookieCompliance(CookieCompliance.RFC6265);
    http.setRequestHeaderSize(MAX_HEADER_BYTES);
    http.setSendServerVersion(false);
    http.setSendXPoweredBy(false);
    // The name in the request is not compared with the certificate: people use addresses.
    http.addCustomizer(new SecureRequestCustomizer(false));
  }

  /** Returns the connector, which owns the channel from then on. */
  static ServerConnector connector(
      Server server,
      HttpConfiguration http,
      WebConfig config,
      TlsIdentity identity,
      ServerSocketChannel listening) {
    ServerConnector connector =
        new ServerConnector(
            server,
            1,
            1,
            new SslConnectionFactory(tls(identity), "http/1.1"),
            new HttpConnectionFactory(http));
    open(connector, listening);
    connector.setIdleTimeout(config.idleTimeout().toMillis());
    connector.setShutdownIdleTimeout(Duration.ofSeconds(1).toMillis());
    return connector;
  }

  private static void open(ServerConnector connector, ServerSocketChannel listening) {
    try {
      connector.open(listening);
    } catch (IOException e) {
      throw new UncheckedIOException("the channel was closed meanwhile", e);
    }
  }

  private static SslContextFactory.Server tls(TlsIdentity identity) {
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setSslContext(IdentityKeys.context(identity));
    tls.setExcludeProtocols();
    tls.setIncludeProtocols("TLSv1.3");
    tls.setSniRequired(false);
    return tls;
  }
}
