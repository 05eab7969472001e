package io.aegis.server.agent;

import static java.util.Objects.requireNonNull;

import io.grpc.ManagedChannel;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A controller that can be dialed.
 *
 * @param label what it is called in logs
 * @param address where it is on the network; null if it is in this process
 * @param dialer makes a channel whose callbacks run on the given executor; the agent shuts it down
 */
public record Controller(
    String label, @Nullable InetSocketAddress address, Function<Executor, ManagedChannel> dialer) {
  /** Makes a controller. */
  public Controller {
    requireNonNull(label, "label");
    requireNonNull(dialer, "dialer");
  }

  /**
   * Returns where it is on the network.
   *
   * @return its address; empty if it is in this process
   */
  public Optional<InetSocketAddress> networkAddress() {
    return Optional.ofNullable(address);
  }
}
