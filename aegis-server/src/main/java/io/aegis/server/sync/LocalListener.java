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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the agent of this very process, for {@code standalone}: the same code as over the network,
 * without the network.
 */
public final class LocalListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalListener.class);

  private static final int STOP_PATIENCE_SECONDS = 2;

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
    stop(server, agents, calls);
  }

  /** Ends all calls, and waits for what was heard before: it may still write to the database. */
  static void stop(@Nullable Server server, AgentCalls agents, ExecutorService calls) {
    try {
      if (server != null) {
        server.shutdownNow().awaitTermination(STOP_PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
      calls.shutdown();
      if (!calls.awaitTermination(STOP_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("event=calls-left-behind reason=\"they did not end in time\"");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      calls.shutdown();
      agents.stopped(); // last: a call that was under way may just have come in
    }
  }
}
