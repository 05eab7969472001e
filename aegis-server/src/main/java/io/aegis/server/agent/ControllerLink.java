package io.aegis.server.agent;

import io.aegis.wire.WireCodec;
import io.aegis.wire.WireException;
import io.aegis.wire.v1.AgentMessage;
import io.aegis.wire.v1.AgentServiceGrpc;
import io.aegis.wire.v1.ControllerMessage;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a controller: its state stream, from dialing to its end. Not thread-safe: the
 * agent's thread owns it, and gRPC calls back on that thread.
 */
final class ControllerLink {

  private static final Logger LOG = LoggerFactory.getLogger(ControllerLink.class);

  private static final int MOST_UNREAD = 4;
  private static final int MOST_NUDGES = 10;

  /** What the agent does with what comes. Called on the agent's thread. */
  interface Handler {
    /** The stream can be written to for the first time: Hello is due. */
    void ready(ControllerLink link);

    /**
     * Takes a message.
     *
     * @throws IOException if the ledger cannot be written
     * @throws WireException if the message breaks the contract
     */
    void received(ControllerLink link, ControllerMessage message) throws IOException;

    /** The stream has ended; called once. */
    void ended(ControllerLink link, Status status);
  }

  private final Controller controller;
  private final ManagedChannel channel;
  private final Handler handler;
  private @Nullable ClientCallStreamObserver<AgentMessage> requests;
  private boolean greeted;
  // How many messages were taken since our answers were last known to go out.
  private int unread;
  private boolean owesRequest;
  private boolean ended;

  ControllerLink(Controller controller, ManagedChannel channel, Handler handler) {
    this.controller = controller;
    this.channel = channel;
    this.handler = handler;
  }

  String label() {
    return controller.label();
  }

  ManagedChannel channel() {
    return channel;
  }

  AgentServiceGrpc.AgentServiceStub stub() {
    return AgentServiceGrpc.newStub(channel);
  }

  /** Dials. If even that fails, the link has ended. */
  void open() {
    try {
      stub().sync(new Responses());
    } catch (RuntimeException e) {
      end(Status.INTERNAL.withDescription("dialing failed").withCause(e));
    }
  }

  /** Whether the time for Hello has come. */
  boolean isGreeted() {
    return greeted;
  }

  void send(AgentMessage message) {
    if (requests != null && !ended) {
      requests.onNext(message);
    }
  }

  // One message at a time, and after a few no more while our answers are not read: they would fill
  // the memory.
  private void requestNext() {
    ClientCallStreamObserver<AgentMessage> stream = requests;
    if (stream == null || ended) {
      return;
    }
    unread = stream.isReady() ? 0 : unread + 1;
    owesRequest = unread > MOST_UNREAD;
    if (!owesRequest) {
      stream.request(1);
    }
  }

  /**
   * Called every second. A controller that has gone does not say so while there are messages of it
   * that were not asked for: so one more is, each time, until it is given up.
   */
  void nudge() {
    ClientCallStreamObserver<AgentMessage> stream = requests;
    if (stream == null || !owesRequest) {
      return;
    }
    if (!stream.isReady() && unread > MOST_UNREAD + MOST_NUDGES) {
      end(Status.UNAVAILABLE.withDescription("it does not read what the agent answers"));
      return;
    }
    owesRequest = false;
    stream.request(1);
  }

  /** Ends the connection, for a reason of the agent's own. */
  void end(Status status) {
    if (ended) {
      return;
    }
    ended = true;
    try {
      if (requests != null) {
        requests.cancel(status.getDescription(), status.asRuntimeException());
      }
      channel.shutdownNow();
    } finally {
      handler.ended(this, status);
    }
  }

  private final class Responses implements ClientResponseObserver<AgentMessage, ControllerMessage> {
    @Override
    public void beforeStart(ClientCallStreamObserver<AgentMessage> stream) {
      requests = stream;
      stream.disableAutoRequestWithInitial(1);
      stream.setOnReadyHandler(this::ready);
    }

    private void ready() {
      if (!greeted && !ended) {
        greeted = true;
        handler.ready(ControllerLink.this);
      }
      if (owesRequest) {
        requestNext();
      }
    }

    @Override
    public void onNext(ControllerMessage message) {
      if (ended) {
        return;
      }
      try {
        handler.received(ControllerLink.this, message);
        requestNext();
      } catch (WireException e) {
        end(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).withCause(e));
      } catch (IOException e) {
        end(
            Status.ABORTED
                .withDescription("writing the agent's ledger failed: " + e.getMessage())
                .withCause(e));
      } catch (RuntimeException e) {
        LOG.error("controller={} event=message-failed", label(), e);
        end(Status.INTERNAL.withDescription("the agent failed").withCause(e));
      }
    }

    @Override
    public void onError(Throwable t) {
      end(Status.fromThrowable(t));
    }

    @Override
    public void onCompleted() {
      end(Status.UNAVAILABLE.withDescription("the controller ended the stream"));
    }
  }

  /** Reads the clock in a Welcome. */
  static java.time.Instant clock(io.aegis.wire.v1.Welcome welcome) {
    return WireCodec.decode(welcome.getClock());
  }
}
