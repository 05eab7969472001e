package io.aegis.server.sync;

import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Serves the agent of this very process, for {@code standalone}: the same code as over the network,
 * without the network.
 */
public final class LocalListener implements AutoCloseable {

  private final AgentCalls agents;
  private final String gateway;
  private final String name;
  private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
  private @Nullable Server server;

  /**
   * Makes a listener.
   *
   * @param sync the controller's end
   * @param gateway the name of the agent; whoever comes in here is it
   * @param name the in-process address, to be dialed by {@code InProcessChannelBuilder.forName}
   */
  public LocalListener(GatewaySync sync, String gateway, String name) {
    this.agents = new AgentCalls(sync);
    this.gateway = gateway;
    this.name = name;
  }

  /**
   * Begins to serve. Called once.
   *
   * @throws IOException if the name is taken in this process
   */
  public void start() throws IOException {
    server =
        InProcessServerBuilder.forName(name)
            .executor(calls)
            .addService(service(agents, PeerIdentity.fixed(gateway)))
            .build()
            .start();
  }

  static ServerServiceDefinition service(AgentCalls agents, ServerInterceptor identity) {
    return ServerInterceptors.intercept(agents, identity);
  }

  @Override
  public void close() {
    if (server != null) {
      stop(server);
    }
    agents.stopped();
    calls.shutdown();
  }

  static void stop(Server server) {
    server.shutdownNow();
    try {
      server.awaitTermination(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
