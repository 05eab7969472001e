package io.aegis.server.agent;

import static java.util.Objects.requireNonNull;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.wire.IssuedGrant;
import io.aegis.wire.SealVerifier;
import io.aegis.wire.Sealer;
import io.aegis.wire.WireCodec;
import io.aegis.wire.v1.AgentMessage;
import io.aegis.wire.v1.AgentServiceGrpc;
import io.aegis.wire.v1.ControllerMessage;
import io.aegis.wire.v1.Delta;
import io.aegis.wire.v1.Hello;
import io.aegis.wire.v1.Position;
import io.aegis.wire.v1.Removal;
import io.aegis.wire.v1.Resource;
import io.aegis.wire.v1.ResourceKind;
import io.aegis.wire.v1.Resume;
import io.aegis.wire.v1.SnapshotChunk;
import io.aegis.wire.v1.TelemetryCredit;
import io.aegis.wire.v1.TelemetryMessage;
import io.aegis.wire.v1.Welcome;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A controller that says what a test tells it to, true or not, over the in-process transport. */
final class ScriptedController extends AgentServiceGrpc.AgentServiceImplBase
    implements AutoCloseable {

  private static final KeyPair PAIR = pair();
  static final Sealer SEALER = new Sealer("k", PAIR.getPrivate());
  static final SealVerifier VERIFIER = new SealVerifier(Map.of("k", PAIR.getPublic()));

  final String name = "scripted-" + System.nanoTime();
  final BlockingQueue<AgentMessage> received = new LinkedBlockingQueue<>();
  final BlockingQueue<TelemetryMessage> reports = new LinkedBlockingQueue<>();
  private final Server server;
  private volatile @Nullable StreamObserver<ControllerMessage> out;
  private long serial;

  /** What this controller says its clock reads. */
  Instant clock = Instant.now();

  ScriptedController() throws IOException {
    server = InProcessServerBuilder.forName(name).addService(this).build().start();
  }

  private static KeyPair pair() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  Controller dialed() {
    return new Controller(
        "scripted",
        null,
        executor -> InProcessChannelBuilder.forName(name).executor(executor).build());
  }

  @Override
  public StreamObserver<AgentMessage> sync(StreamObserver<ControllerMessage> responses) {
    out = responses;
    return new StreamObserver<>() {
      @Override
      public void onNext(AgentMessage message) {
        received.add(message);
      }

      @Override
      public void onError(Throwable t) {}

      @Override
      public void onCompleted() {}
    };
  }

  @Override
  public StreamObserver<TelemetryMessage> telemetry(StreamObserver<TelemetryCredit> credit) {
    credit.onNext(TelemetryCredit.newBuilder().setMessages(1000).build());
    return new StreamObserver<>() {
      @Override
      public void onNext(TelemetryMessage message) {
        reports.add(message);
      }

      @Override
      public void onError(Throwable t) {}

      @Override
      public void onCompleted() {}
    };
  }

  AgentMessage next() throws InterruptedException {
    return requireNonNull(received.poll(10, TimeUnit.SECONDS), "the agent says nothing");
  }

  Hello hello() throws InterruptedException {
    AgentMessage message = next();
    if (!message.hasHello()) {
      throw new AssertionError("not Hello: " + message);
    }
    return message.getHello();
  }

  void send(ControllerMessage message) {
    requireNonNull(out).onNext(message);
  }

  /** Ends the stream, as a controller that dies. */
  void cut() {
    requireNonNull(out).onError(Status.UNAVAILABLE.asRuntimeException());
  }

  void welcome(long epoch, long revision, Resume resume) {
    send(
        ControllerMessage.newBuilder()
            .setWelcome(
                Welcome.newBuilder()
                    .setSession("s")
                    .setClock(WireCodec.encode(clock))
                    .setLease(WireCodec.encode(Duration.ofSeconds(30)))
                    .setLeaseEvery(WireCodec.encode(Duration.ofSeconds(5)))
                    .setSoftLifetime(WireCodec.encode(Duration.ofMinutes(5)))
                    .setExtendEvery(WireCodec.encode(Duration.ofSeconds(60)))
                    .setResume(resume)
                    .setPosition(position(epoch, revision)))
            .build());
  }

  static Position position(long epoch, long revision) {
    return Position.newBuilder().setEpoch(epoch).setRevision(revision).build();
  }

  /** Says Welcome and brings these grants into force; takes the acknowledgement. */
  void begin(long epoch, long revision, Grant... grants) throws InterruptedException {
    var _ = hello();
    welcome(epoch, revision, Resume.RESUME_SNAPSHOT);
    send(snapshot(epoch, revision, grants));
    AgentMessage answer = next();
    if (!answer.hasAck()) {
      throw new AssertionError("no Ack: " + answer);
    }
  }

  ControllerMessage snapshot(long epoch, long revision, Grant... grants) {
    var issued = new ArrayList<IssuedGrant>();
    for (Grant grant : grants) {
      issued.add(issued(grant, epoch, revision, 1));
    }
    return ControllerMessage.newBuilder()
        .setSnapshotChunk(chunk(epoch, revision, 0, issued).setLast(true))
        .build();
  }

  SnapshotChunk.Builder chunk(long epoch, long revision, int index, List<IssuedGrant> issued) {
    List<Resource> resources = resources(issued);
    return SnapshotChunk.newBuilder()
        .setSerial(++serial)
        .setPosition(position(epoch, revision))
        .setIndex(index)
        .setSeal(SEALER.seal(resources))
        .addAllResources(resources);
  }

  /** A delta of epoch 1 that does what the test adds. */
  Delta.Builder delta(long from, long to) {
    return Delta.newBuilder()
        .setSerial(++serial)
        .setEpoch(1)
        .setFromRevision(from)
        .setToRevision(to);
  }

  Delta.Builder putting(long from, long to, IssuedGrant... issued) {
    List<Resource> resources = resources(List.of(issued));
    return delta(from, to).addAllUpserts(resources).setSeal(SEALER.seal(resources));
  }

  AgentMessage exchange(Delta.Builder delta) throws InterruptedException {
    send(ControllerMessage.newBuilder().setDelta(delta).build());
    return next();
  }

  static Removal removal(long id, long revision) {
    return Removal.newBuilder().setGrantId(id).setRevision(revision).build();
  }

  static List<Resource> resources(List<IssuedGrant> issued) {
    return issued.stream()
        .map(each ->
            Resource.newBuilder()
                .setKind(ResourceKind.RESOURCE_KIND_GRANT)
                .setPayload(WireCodec.encode(each))
                .build())
        .toList();
  }

  IssuedGrant issued(Grant grant, long epoch, long revision, long version) {
    return new Words(clock).issued(grant, epoch, revision, version);
  }

  /** A grant of this id that lasts an hour, on this controller's clock. */
  Grant grant(long id) {
    return new Words(clock).grant(id);
  }

  Grant grant(long id, Duration lifetime) {
    return new Words(clock).grant(id, lifetime);
  }

  /** What a controller would write at some time. */
  record Words(Instant clock) {

    IssuedGrant issued(Grant grant, long epoch, long revision, long version) {
      return new IssuedGrant(
          "edge-1", grant, epoch, revision, version, 1, clock, clock.plusSeconds(300));
    }

    Grant grant(long id) {
      return grant(id, Duration.ofHours(1));
    }

    Grant grant(long id, Duration lifetime) {
      Instant hard = clock.plus(lifetime);
      Instant soft = clock.plusSeconds(240);
      return Grant.until(
              new GrantId(id),
              IpAddress.parse("10.77.200." + id),
              Target.of(IpAddress.parse("10.77.1.9"), Protocol.TCP, 443),
              hard)
          .withSoftExpiry(soft.isBefore(hard) ? soft : hard);
    }
  }

  @Override
  public void close() {
    var _ = server.shutdownNow();
  }
}
