package io.aegis.server.agent;

import io.aegis.wire.v1.AgentMessage;
import io.aegis.wire.v1.ControllerMessage;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection that does what the test says, and calls back on the agent's thread as gRPC does.
 * Telemetry goes nowhere.
 */
final class SteppedChannel extends ManagedChannel {
  private final Executor executor;
  private final boolean connects;
  final List<AgentMessage> sent = new ArrayList<>();

  /** What the agent has asked to be given and was not yet. */
  int requested;

  /** Whether what the agent sends goes out at once. */
  boolean drained = true;

  private boolean shut;
  private ClientCall.@Nullable Listener<ControllerMessage> listener;

  private SteppedChannel(Executor executor, boolean connects) {
    this.executor = executor;
    this.connects = connects;
  }

  /** Connects at once. */
  static SteppedChannel connecting(Executor executor) {
    return new SteppedChannel(executor, true);
  }

  /** Says nothing, neither yes nor no. */
  static SteppedChannel hanging(Executor executor) {
    return new SteppedChannel(executor, false);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
    boolean sync = method.getFullMethodName().endsWith("/Sync");
    return new ClientCall<>() {
      @Override
      public void start(Listener<A> responses, Metadata headers) {
        if (sync) {
          listener = (Listener<ControllerMessage>) responses;
          if (connects) {
            executor.execute(responses::onReady);
          }
        }
      }

      @Override
      public void request(int messages) {
        requested += sync ? messages : 0;
      }

      @Override
      public void cancel(@Nullable String message, @Nullable Throwable cause) {
        end(Status.CANCELLED.withDescription(message));
      }

      @Override
      public void halfClose() {}

      @Override
      public void sendMessage(Q message) {
        if (sync) {
          sent.add((AgentMessage) message);
        }
      }

      @Override
      public boolean isReady() {
        return sync && drained;
      }
    };
  }

  /** The controller says something. */
  void say(ControllerMessage message) {
    requested--;
    executor.execute(() -> {
      if (listener != null) {
        listener.onMessage(message);
      }
    });
  }

  /** What was sent has gone out. */
  void drain() {
    drained = true;
    executor.execute(() -> {
      if (listener != null) {
        listener.onReady();
      }
    });
  }

  /** The stream ends. */
  void end(Status status) {
    ClientCall.Listener<ControllerMessage> last = listener;
    listener = null;
    if (last != null) {
      executor.execute(() -> last.onClose(status, new Metadata()));
    }
  }

  @Override
  public String authority() {
    return "stepped";
  }

  @Override
  public ManagedChannel shutdown() {
    shut = true;
    return this;
  }

  @Override
  public ManagedChannel shutdownNow() {
    return shutdown();
  }

  @Override
  public boolean isShutdown() {
    return shut;
  }

  @Override
  public boolean isTerminated() {
    return shut;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return shut;
  }
}
