package io.aegis.server.sync;

import io.aegis.wire.IssuedGrant;
import io.aegis.wire.Sealer;
import io.aegis.wire.WireCodec;
import io.aegis.wire.v1.ControllerMessage;
import io.aegis.wire.v1.Delta;
import io.aegis.wire.v1.Extension;
import io.aegis.wire.v1.LeaseRenewal;
import io.aegis.wire.v1.Removal;
import io.aegis.wire.v1.Resource;
import io.aegis.wire.v1.ResourceKind;
import io.aegis.wire.v1.Resume;
import io.aegis.wire.v1.SnapshotChunk;
import io.aegis.wire.v1.Welcome;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes and seals what one gateway gets. Stateless; safe for any number of threads. */
final class MessageWriter {

  private final String gateway;
  private final long epoch;
  private final Sealer sealer;
  private final SyncTiming timing;
  private final InstantSource clock;

  MessageWriter(String gateway, long epoch, Sealer sealer, SyncTiming timing, InstantSource clock) {
    this.gateway = gateway;
    this.epoch = epoch;
    this.sealer = sealer;
    this.timing = timing;
    this.clock = clock;
  }

  ControllerMessage welcome(String session, Instant now, Resume resume, long revision) {
    return ControllerMessage.newBuilder()
        .setWelcome(
            Welcome.newBuilder()
                .setSession(session)
                .setClock(WireCodec.encode(now))
                .setLease(WireCodec.encode(timing.lease()))
                .setLeaseEvery(WireCodec.encode(timing.leaseEvery()))
                .setSoftLifetime(WireCodec.encode(timing.softLifetime()))
                .setExtendEvery(WireCodec.encode(timing.extendEvery()))
                .setResume(resume)
                .setPosition(position(revision)))
        .build();
  }

  ControllerMessage delta(Flight flight, long from) {
    Delta.Builder delta =
        Delta.newBuilder()
            .setSerial(flight.serial())
            .setEpoch(epoch)
            .setFromRevision(from)
            .setToRevision(flight.revision());
    for (GrantChange.Removed removed : flight.removes()) {
      delta.addRemoves(
          Removal.newBuilder()
              .setGrantId(removed.grantId().value())
              .setRevision(removed.revision()));
    }
    if (!flight.puts().isEmpty()) {
      List<Resource> upserts = resources(flight.puts());
      delta.addAllUpserts(upserts).setSeal(sealer.seal(upserts));
    }
    extensions(flight).values().forEach(delta::addExtensions);
    return ControllerMessage.newBuilder().setDelta(delta).build();
  }

  // Whatever was extended together ends together, so there are few of them.
  private static Map<Instant, Extension.Builder> extensions(Flight flight) {
    var bySoftExpiry = new LinkedHashMap<Instant, Extension.Builder>();
    for (GrantChange.Put put : flight.extensions()) {
      Instant soft = put.desired().grant().softExpiry();
      bySoftExpiry
          .computeIfAbsent(soft, at -> Extension.newBuilder().setSoftExpiry(WireCodec.encode(at)))
          .addGrantIds(put.grantId().value());
    }
    return bySoftExpiry;
  }

  ControllerMessage chunk(SnapshotInProgress.Chunk chunk, long serial) {
    List<Resource> resources = resources(chunk.puts());
    return ControllerMessage.newBuilder()
        .setSnapshotChunk(
            SnapshotChunk.newBuilder()
                .setSerial(serial)
                .setPosition(position(chunk.revision()))
                .setIndex(chunk.index())
                .setLast(chunk.last())
                .setSeal(sealer.seal(resources))
                .addAllResources(resources))
        .build();
  }

  ControllerMessage lease(long serial, long revision) {
    return ControllerMessage.newBuilder()
        .setLeaseRenewal(
            LeaseRenewal.newBuilder()
                .setSerial(serial)
                .setDuration(WireCodec.encode(timing.lease()))
                .setMinPosition(position(revision)))
        .build();
  }

  private io.aegis.wire.v1.Position position(long revision) {
    return io.aegis.wire.v1.Position.newBuilder().setEpoch(epoch).setRevision(revision).build();
  }

  private List<Resource> resources(List<GrantChange.Put> puts) {
    Instant now = clock.instant();
    var resources = new ArrayList<Resource>(puts.size());
    for (GrantChange.Put put : puts) {
      resources.add(
          Resource.newBuilder()
              .setKind(ResourceKind.RESOURCE_KIND_GRANT)
              .setPayload(WireCodec.encode(issued(put, now)))
              .build());
    }
    return resources;
  }

  private IssuedGrant issued(GrantChange.Put put, Instant now) {
    DesiredGrant desired = put.desired();
    return new IssuedGrant(
        gateway,
        desired.grant(),
        epoch,
        put.revision(),
        desired.version(),
        desired.policyVersion(),
        now,
        now.plus(timing.sealLifetime()));
  }
}
