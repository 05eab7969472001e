package io.aegis.server.agent;

import io.aegis.server.pki.TlsIdentity;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * Controllers that are dialed over TLS 1.3 with the agent's certificate. One thread serves all
 * connections. Closed after the agent.
 */
public final class TlsControllers implements AutoCloseable {

  // Several hundred thousand removals, which are the one thing that is not sent in parts.
  private static final int LARGEST_MESSAGE_BYTES = 8 << 20;
  private static final int KEEP_ALIVE_SECONDS = 10;
  private static final int KEEP_ALIVE_TIMEOUT_SECONDS = 5;

  private final List<InetSocketAddress> addresses;
  private final SslContext tls;
  private final EventLoopGroup thread;

  /**
   * Prepares to dial.
   *
   * @param addresses where controllers are; names are looked up at each dialing
   * @param identity the agent's certificate, and the CA of its controllers
   * @throws SSLException if the certificate cannot be used for TLS
   */
  public TlsControllers(List<InetSocketAddress> addresses, TlsIdentity identity)
      throws SSLException {
    this.addresses = List.copyOf(addresses);
    this.tls =
        GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
            .keyManager(identity.key(), identity.chain().toArray(X509Certificate[]::new))
            .trustManager(identity.authority().toArray(X509Certificate[]::new))
            .protocols("TLSv1.3")
            .build();
    this.thread =
        new MultiThreadIoEventLoopGroup(
            1,
            Thread.ofPlatform().name("aegis-agent-net").daemon().factory(),
            NioIoHandler.newFactory());
  }

  /**
   * Returns the controllers.
   *
   * @return in the order in which they are tried
   */
  public List<Controller> controllers() {
    return addresses.stream()
        .map(address ->
            new Controller(
                address.getHostString() + ":" + address.getPort(),
                address,
                executor -> dial(address, executor)))
        .toList();
  }

  private ManagedChannel dial(InetSocketAddress address, Executor executor) {
    return NettyChannelBuilder.forAddress(address.getHostString(), address.getPort())
        .channelType(NioSocketChannel.class, InetSocketAddress.class)
        .eventLoopGroup(thread)
        .sslContext(tls)
        .executor(executor)
        .maxInboundMessageSize(LARGEST_MESSAGE_BYTES)
        .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
        .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .disableRetry()
        .build();
  }

  @Override
  public void close() {
    var _ = thread.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
