package io.aegis.server.sync;

import io.aegis.api.GrantId;
import io.aegis.wire.WireCodec;
import io.aegis.wire.WireException;
import io.aegis.wire.v1.Activity;
import io.aegis.wire.v1.AgentMessage;
import io.aegis.wire.v1.AgentServiceGrpc;
import io.aegis.wire.v1.ControllerMessage;
import io.aegis.wire.v1.Hello;
import io.aegis.wire.v1.TelemetryCredit;
import io.aegis.wire.v1.TelemetryMessage;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gRPC service: translates calls to {@link GatewaySync}. Safe for any number of calls. */
final class AgentCalls extends AgentServiceGrpc.AgentServiceImplBase {

  private static final Logger LOG = LoggerFactory.getLogger(AgentCalls.class);

  private static final int TELEMETRY_CREDIT = 16;

  private final GatewaySync sync;
  private final Set<AgentSession> open = ConcurrentHashMap.newKeySet();

  AgentCalls(GatewaySync sync) {
    this.sync = sync;
  }

  /** The server that carried the calls has stopped; their own callbacks may not have run. */
  void stopped() {
    List.copyOf(open).forEach(this::left);
  }

  private void left(AgentSession session) {
    open.remove(session);
    sync.left(session);
  }

  @Override
  public StreamObserver<AgentMessage> sync(StreamObserver<ControllerMessage> responses) {
    var call = (ServerCallStreamObserver<ControllerMessage>) responses;
    return new SyncCall(PeerIdentity.GATEWAY.get(), new CallOutbound(call), call);
  }

  @Override
  public StreamObserver<TelemetryMessage> telemetry(StreamObserver<TelemetryCredit> responses) {
    responses.onNext(TelemetryCredit.newBuilder().setMessages(TELEMETRY_CREDIT).build());
    return new TelemetryCall(PeerIdentity.GATEWAY.get(), responses);
  }

  /** One agent's state stream. gRPC calls it by one thread at a time. */
  private final class SyncCall implements StreamObserver<AgentMessage> {
    private final String gateway;
    private final CallOutbound out;
    private volatile @Nullable AgentSession session;

    SyncCall(String gateway, CallOutbound out, ServerCallStreamObserver<ControllerMessage> call) {
      this.gateway = gateway;
      this.out = out;
      call.setOnReadyHandler(this::ready);
      call.setOnCancelHandler(this::left);
      call.setOnCloseHandler(this::left);
    }

    private void ready() {
      AgentSession current = session;
      if (current != null) {
        current.flush();
      }
    }

    private void left() {
      AgentSession current = session;
      if (current != null) {
        AgentCalls.this.left(current);
      }
    }

    @Override
    public void onNext(AgentMessage message) {
      try {
        AgentSession current = session;
        if (current == null) {
          AgentSession attached = hello(message);
          open.add(attached);
          session = attached;
        } else {
          sync.sessions().heard(current);
          dispatch(current, message);
        }
      } catch (WireException e) {
        refuse(Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
      } catch (StatusRuntimeException e) {
        refuse(e.getStatus());
      } catch (RuntimeException e) {
        LOG.error("gateway={} event=sync-failed", gateway, e);
        refuse(Status.INTERNAL.withDescription("the controller failed; its log says why"));
      }
    }

    private AgentSession hello(AgentMessage message) {
      if (!message.hasHello()) {
        throw new WireException(
            WireException.Kind.MALFORMED,
            "the first message is Hello, not " + message.getBodyCase());
      }
      Hello hello = message.getHello();
      if (!hello.getAgentId().equals(gateway)) {
        LOG.error("ALARM gateway={} event=agent-id-differs from=certificate", gateway);
        throw Status.PERMISSION_DENIED
            .withDescription(
                "agent_id differs from the name in the certificate, which is '" + gateway + "'")
            .asRuntimeException();
      }
      return sync.attach(Peer.of(hello, gateway), out);
    }

    private void dispatch(AgentSession current, AgentMessage message) {
      switch (message.getBodyCase()) {
        case ACK -> current.acknowledged(message.getAck());
        case NACK -> current.rejected(message.getNack());
        case LEASE_REPLY -> {
          if (!message.getLeaseReply().getTaken()) {
            LOG.warn("gateway={} event=lease-not-taken", gateway);
          }
        }
        case HELLO ->
            throw new WireException(WireException.Kind.MALFORMED, "a second Hello on one stream");
        case BODY_NOT_SET -> LOG.debug("gateway={} event=unknown-message", gateway);
      }
    }

    private void refuse(Status status) {
      out.end(status);
      left();
    }

    @Override
    public void onError(Throwable t) {
      left();
    }

    @Override
    public void onCompleted() {
      out.end(Status.OK);
      left();
    }
  }

  /** One agent's reports. gRPC calls it by one thread at a time. */
  private final class TelemetryCall implements StreamObserver<TelemetryMessage> {
    private final String gateway;
    private final StreamObserver<TelemetryCredit> credit;
    private List<String> problems = List.of();
    private boolean ended;

    TelemetryCall(String gateway, StreamObserver<TelemetryCredit> credit) {
      this.gateway = gateway;
      this.credit = credit;
    }

    @Override
    public void onNext(TelemetryMessage message) {
      if (ended) {
        return;
      }
      try {
        boolean mine =
            sync.sessions().reported(gateway, message.getSession(), lastAdmitted(message));
        if (mine) {
          tellProblems(message.getProblemsList());
          credit.onNext(TelemetryCredit.newBuilder().setMessages(1).build());
        } else {
          end(
              Status.FAILED_PRECONDITION.withDescription(
                  "session: not the live one of " + gateway));
        }
      } catch (WireException e) {
        end(Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
      }
    }

    private void end(Status status) {
      ended = true;
      credit.onError(status.asRuntimeException());
    }

    // Told when they change: a report comes every second.
    private void tellProblems(List<String> now) {
      if (!now.equals(problems)) {
        problems = List.copyOf(now);
        if (now.isEmpty()) {
          LOG.info("gateway={} event=healthy", gateway);
        }
        now.forEach(problem ->
            LOG.error("ALARM gateway={} event=problem message=\"{}\"", gateway, problem));
      }
    }

    private static Map<GrantId, Instant> lastAdmitted(TelemetryMessage message) {
      var last = new HashMap<GrantId, Instant>();
      for (Activity activity : message.getActivitiesList()) {
        if (activity.getGrantId() > 0 && activity.hasLastAdmittedAt()) {
          last.put(
              new GrantId(activity.getGrantId()), WireCodec.decode(activity.getLastAdmittedAt()));
        }
      }
      return last;
    }

    @Override
    public void onError(Throwable t) {
      // The agent comes back by itself; until then its grants count as not reported.
      LOG.debug("gateway={} event=telemetry-ended", gateway);
    }

    @Override
    public void onCompleted() {
      if (!ended) {
        ended = true;
        credit.onCompleted();
      }
    }
  }

  /** A call as the session sees it. Sending and ending may come from different threads. */
  private static final class CallOutbound implements Outbound {
    private final ServerCallStreamObserver<ControllerMessage> call;
    private boolean ended;

    CallOutbound(ServerCallStreamObserver<ControllerMessage> call) {
      this.call = call;
    }

    @Override
    public boolean isReady() {
      return call.isReady();
    }

    @Override
    public boolean isGone() {
      return call.isCancelled();
    }

    @Override
    public synchronized void send(ControllerMessage message) {
      if (!ended && !call.isCancelled()) {
        call.onNext(message);
      }
    }

    @Override
    public synchronized void end(Status status) {
      if (ended) {
        return;
      }
      ended = true;
      if (status.isOk()) {
        call.onCompleted();
      } else {
        call.onError(status.asRuntimeException());
      }
    }
  }
}
