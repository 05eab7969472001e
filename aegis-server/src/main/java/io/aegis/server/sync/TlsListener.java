package io.aegis.server.sync;

import io.aegis.server.pki.TlsIdentity;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves agents over TLS 1.3, with mutual authentication: who has no certificate of our CA that
 * names an agent does not get to say a word.
 */
public final class TlsListener implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TlsListener.class);

  /** An acknowledgement of a snapshot has a receipt for each grant. */
  static final int LARGEST_MESSAGE_BYTES = 32 << 20;

  static final int KEEP_ALIVE_SECONDS = 10;
  static final int KEEP_ALIVE_TIMEOUT_SECONDS = 5;

  private final AgentCalls agents;
  private final SyncServerConfig config;
  private final TlsIdentity identity;
  private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
  private @Nullable EventLoopGroup threads;
  private @Nullable Server server;

  /**
   * Makes a listener.
   *
   * @param sync the controller's end
   * @param config where to listen
   * @param identity the controller's certificate, and the CA of its agents
   */
  public TlsListener(GatewaySync sync, SyncServerConfig config, TlsIdentity identity) {
    this.agents = new AgentCalls(sync);
    this.config = config;
    this.identity = identity;
  }

  /**
   * Begins to listen. Called once.
   *
   * @throws IOException if the address cannot be listened on; the message names it
   */
  public void start() throws IOException {
    var address = new InetSocketAddress(config.host(), config.port());
    if (address.isUnresolved()) {
      throw new IOException(
          "listening for agents on "
              + config.host()
              + ": no such address; name one of this machine");
    }
    var loop =
        new MultiThreadIoEventLoopGroup(
            1,
            Thread.ofPlatform().name("aegis-sync-net").daemon().factory(),
            NioIoHandler.newFactory());
    threads = loop;
    try {
      server =
          NettyServerBuilder.forAddress(address)
              .bossEventLoopGroup(loop)
              .workerEventLoopGroup(loop)
              .channelType(NioServerSocketChannel.class)
              .sslContext(tls())
              .executor(calls)
              .maxInboundMessageSize(LARGEST_MESSAGE_BYTES)
              .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
              .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
              .permitKeepAliveTime(KEEP_ALIVE_SECONDS / 2, TimeUnit.SECONDS)
              .addService(LocalListener.service(agents, PeerIdentity.fromCertificate()))
              .build()
              .start();
    } catch (IOException e) {
      close();
      throw new IOException(
          "listening for agents on %s port %d: %s; stop what uses it, or set another sync.listen"
              .formatted(config.host(), config.port(), rootMessage(e)),
          e);
    }
    LOG.info("event=listening-for-agents address={} port={}", config.host(), port());
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  private SslContext tls() throws SSLException {
    X509Certificate[] chain = identity.chain().toArray(X509Certificate[]::new);
    X509Certificate[] authority = identity.authority().toArray(X509Certificate[]::new);
    return GrpcSslContexts.configure(
            SslContextBuilder.forServer(identity.key(), chain), SslProvider.JDK)
        .trustManager(authority)
        .clientAuth(ClientAuth.REQUIRE)
        .protocols("TLSv1.3")
        .build();
  }

  /**
   * Returns the port listened on.
   *
   * @return the port, also where any free one was asked for
   * @throws IllegalStateException if it is not listening
   */
  public int port() {
    if (server == null) {
      throw new IllegalStateException("the listener for agents has not started");
    }
    return server.getPort();
  }

  @Override
  public void close() {
    LocalListener.stop(server, agents, calls);
    if (threads != null) {
      var _ = threads.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }
}
