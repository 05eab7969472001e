package io.aegis.server.sync;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.aegis.api.Prefix;
import io.aegis.wire.IssuedGrant;
import io.aegis.wire.StateDigest;
import io.aegis.wire.WireCodec;
import io.aegis.wire.v1.Ack;
import io.aegis.wire.v1.Activity;
import io.aegis.wire.v1.AgentMessage;
import io.aegis.wire.v1.AgentServiceGrpc;
import io.aegis.wire.v1.Change;
import io.aegis.wire.v1.ControllerMessage;
import io.aegis.wire.v1.Delta;
import io.aegis.wire.v1.Hello;
import io.aegis.wire.v1.ItemError;
import io.aegis.wire.v1.Nack;
import io.aegis.wire.v1.Receipt;
import io.aegis.wire.v1.Removal;
import io.aegis.wire.v1.Resource;
import io.aegis.wire.v1.SnapshotChunk;
import io.aegis.wire.v1.TelemetryCredit;
import io.aegis.wire.v1.TelemetryMessage;
import io.aegis.wire.v1.Welcome;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * An agent that answers only what and when a test tells it to. Holds what it was sent in memory.
 */
final class ScriptedAgent implements AutoCloseable {

  private final ManagedChannel channel;
  final BlockingQueue<ControllerMessage> received = new LinkedBlockingQueue<>();
  final CompletableFuture<Status> ended = new CompletableFuture<>();
  final CompletableFuture<Status> telemetryEnded = new CompletableFuture<>();
  private final StreamObserver<AgentMessage> out;

  /** What it holds, by id; survives a connection when handed to the next. */
  final Map<Long, IssuedGrant> held;

  long revision;

  ScriptedAgent(String server) {
    this(server, new HashMap<>(), 0);
  }

  ScriptedAgent(String server, Map<Long, IssuedGrant> held, long revision) {
    this.held = held;
    this.revision = revision;
    channel = InProcessChannelBuilder.forName(server).build();
    out = AgentServiceGrpc.newStub(channel).sync(new Responses());
  }

  private final class Responses implements StreamObserver<ControllerMessage> {
    @Override
    public void onNext(ControllerMessage message) {
      if (!message.hasLeaseRenewal()) {
        received.add(message);
      }
    }

    @Override
    public void onError(Throwable t) {
      ended.complete(Status.fromThrowable(t));
    }

    @Override
    public void onCompleted() {
      ended.complete(Status.OK);
    }
  }

  Hello.Builder hello() {
    return Hello.newBuilder()
        .setAgentId("edge-1")
        .setInstance("here")
        .setBootId(ByteString.copyFromUtf8("boot"))
        .addGuards(WireCodec.encode(Prefix.parse("10.77.0.0/16")))
        .setApplied(
            io.aegis.wire.v1.Position.newBuilder()
                .setEpoch(revision > 0 ? 1 : 0)
                .setRevision(revision))
        .setHighestEpoch(revision > 0 ? 1 : 0)
        .setDigest(digest());
  }

  ByteString digest() {
    StateDigest sum = StateDigest.EMPTY;
    for (IssuedGrant issued : held.values()) {
      sum = sum.plus(StateDigest.of(issued.grant(), issued.version()));
    }
    return ByteString.copyFrom(sum.bytes());
  }

  void say(AgentMessage.Builder message) {
    out.onNext(message.build());
  }

  Welcome connect() throws InterruptedException {
    say(AgentMessage.newBuilder().setHello(hello()));
    return next().getWelcome();
  }

  ControllerMessage next() throws InterruptedException {
    return requireNonNull(received.poll(10, TimeUnit.SECONDS), "the controller says nothing");
  }

  Delta nextDelta() throws InterruptedException {
    ControllerMessage message = next();
    if (!message.hasDelta()) {
      throw new AssertionError("no delta: " + message);
    }
    return message.getDelta();
  }

  /** Takes a whole snapshot, applies it and acknowledges. */
  void takeSnapshot() throws InterruptedException {
    held.clear();
    SnapshotChunk chunk;
    do {
      chunk = next().getSnapshotChunk();
      apply(chunk.getResourcesList());
    } while (!chunk.getLast());
    revision = chunk.getPosition().getRevision();
    say(AgentMessage.newBuilder().setAck(ack(chunk.getSerial())));
  }

  /** Applies a delta, but does not answer. */
  void apply(Delta delta) {
    delta.getRemovesList().forEach(removal -> held.remove(removal.getGrantId()));
    apply(delta.getUpsertsList());
    revision = Math.max(revision, delta.getToRevision());
  }

  private void apply(List<Resource> resources) {
    for (Resource resource : resources) {
      IssuedGrant issued = WireCodec.decodeGrant(resource.getPayload());
      held.put(issued.grant().id().value(), issued);
    }
  }

  /** Applies a delta and acknowledges it. */
  void take(Delta delta) {
    apply(delta);
    Ack.Builder ack = ack(delta.getSerial());
    for (Removal removal : delta.getRemovesList()) {
      ack.addReceipts(receipt(removal.getGrantId(), Change.CHANGE_REMOVED));
    }
    for (Resource resource : delta.getUpsertsList()) {
      long id = WireCodec.decodeGrant(resource.getPayload()).grant().id().value();
      ack.addReceipts(receipt(id, Change.CHANGE_UPSERTED));
    }
    say(AgentMessage.newBuilder().setAck(ack));
  }

  private static Receipt receipt(long id, Change change) {
    return Receipt.newBuilder()
        .setGrantId(id)
        .setChange(change)
        .setAppliedAt(WireCodec.encode(Instant.now()))
        .build();
  }

  Ack.Builder ack(long serial) {
    return Ack.newBuilder().setSerial(serial).setDigest(digest());
  }

  void nack(long serial, String message) {
    say(AgentMessage.newBuilder().setNack(Nack.newBuilder().setSerial(serial).setMessage(message)));
  }

  static ItemError error(int index) {
    return ItemError.newBuilder().setIndex(index).setMessage("no").build();
  }

  /** Which grants a delta adds. */
  static List<Long> upserts(Delta delta) {
    var ids = new TreeSet<Long>();
    for (Resource resource : delta.getUpsertsList()) {
      ids.add(WireCodec.decodeGrant(resource.getPayload()).grant().id().value());
    }
    return List.copyOf(ids);
  }

  static List<Long> removes(Delta delta) {
    return delta.getRemovesList().stream().map(Removal::getGrantId).toList();
  }

  /** Sends one report on a stream of its own. */
  void report(String session, long id, Instant lastAdmitted) {
    StreamObserver<TelemetryMessage> reports =
        AgentServiceGrpc.newStub(channel)
            .telemetry(
                new StreamObserver<TelemetryCredit>() {
                  @Override
                  public void onNext(TelemetryCredit credit) {}

                  @Override
                  public void onError(Throwable t) {
                    telemetryEnded.complete(Status.fromThrowable(t));
                  }

                  @Override
                  public void onCompleted() {
                    telemetryEnded.complete(Status.OK);
                  }
                });
    reports.onNext(
        TelemetryMessage.newBuilder()
            .setSession(session)
            .addActivities(
                Activity.newBuilder()
                    .setGrantId(id)
                    .setPackets(3)
                    .setLastAdmittedAt(WireCodec.encode(lastAdmitted)))
            .build());
  }

  Status end() throws Exception {
    return ended.get(10, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    var _ = channel.shutdownNow();
  }
}
