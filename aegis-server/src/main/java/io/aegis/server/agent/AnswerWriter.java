package io.aegis.server.agent;

import com.google.protobuf.ByteString;
import io.aegis.api.GrantId;
import io.aegis.api.Receipt;
import io.aegis.enforcer.spi.UpdateResult;
import io.aegis.server.sync.Position;
import io.aegis.wire.WireCodec;
import io.aegis.wire.v1.Ack;
import io.aegis.wire.v1.AgentMessage;
import io.aegis.wire.v1.ItemError;
import io.aegis.wire.v1.ItemErrorKind;
import io.aegis.wire.v1.LeaseReply;
import io.aegis.wire.v1.Nack;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Writes what the agent answers. Not thread-safe: the agent's thread owns it. */
final class AnswerWriter {

  /** More than a gateway's worth of grants, and an answer that the controller takes. */
  private static final int MOST_ERRORS = 150_000;

  private final Ledger ledger;
  private final AppliedState state;
  private final LongSupplier bootNanos;

  AnswerWriter(Ledger ledger, AppliedState state, LongSupplier bootNanos) {
    this.ledger = ledger;
    this.state = state;
    this.bootNanos = bootNanos;
  }

  /** What became of the items of one message. */
  static final class Items {
    private final List<Receipt> receipts = new ArrayList<>();
    private final List<ItemError> errors = new ArrayList<>();

    // What a message can list is no bound on what its answer may hold. Whoever is not told of an
    // error learns from the digest that something differs.
    private void add(ItemError error) {
      if (errors.size() < MOST_ERRORS) {
        errors.add(error);
      }
    }

    // Extensions come by the ten thousand and nobody waits for one of them.
    void receipts(List<Receipt> more) {
      more.stream()
          .filter(receipt -> receipt.change() != Receipt.Change.EXTENDED)
          .forEach(receipts::add);
    }

    void refused(List<GrantGate.Refusal> refusals) {
      for (GrantGate.Refusal refusal : refusals) {
        ItemError.Builder error =
            error(refusal.grantId(), refusal.kind(), refusal.message()).toBuilder();
        Integer index = refusal.index();
        if (index != null) {
          error.setIndex(index);
        }
        add(error.build());
      }
    }

    void failed(UpdateResult.Failed failure) {
      ItemErrorKind kind =
          switch (failure.kind()) {
            case EXHAUSTED -> ItemErrorKind.ITEM_ERROR_KIND_EXHAUSTED;
            case UNSUPPORTED -> ItemErrorKind.ITEM_ERROR_KIND_UNSUPPORTED;
            case NOT_PERMITTED, BAD_SETTINGS, BUSY, CLOSED, INTERNAL ->
                ItemErrorKind.ITEM_ERROR_KIND_KERNEL;
          };
      add(error(failure.grantId().value(), kind, failure.message()));
    }

    void malformed(List<Long> ids, String message) {
      for (long id : ids) {
        add(error(id, ItemErrorKind.ITEM_ERROR_KIND_MALFORMED, message));
      }
    }

    void unwritten(GrantId id) {
      add(
          error(
              id.value(),
              ItemErrorKind.ITEM_ERROR_KIND_KERNEL,
              "grant " + id + ": the agent's ledger cannot be written; make room on its disk"));
    }

    /** What was refused, failed or malformed so far. */
    List<ItemError> errors() {
      return List.copyOf(errors);
    }

    void twice(GrantId id) {
      add(
          error(
              id.value(),
              ItemErrorKind.ITEM_ERROR_KIND_STALE,
              "grant " + id + ": it stands twice in one message"));
    }

    void stale(GrantId id, String message) {
      add(error(id.value(), ItemErrorKind.ITEM_ERROR_KIND_STALE, message));
    }

    void notInForce(long id) {
      add(
          error(
              id,
              ItemErrorKind.ITEM_ERROR_KIND_STALE,
              "grant " + id + ": it is not in force, and an extension brings nothing back"));
    }

    private static ItemError error(long grantId, ItemErrorKind kind, String message) {
      return ItemError.newBuilder().setGrantId(grantId).setKind(kind).setMessage(message).build();
    }
  }

  AgentMessage ack(long serial, Items items) {
    Ack.Builder ack =
        Ack.newBuilder()
            .setSerial(serial)
            .setApplied(applied())
            .setDigest(ByteString.copyFrom(state.digest().bytes()))
            .setBootTimeNs(bootNanos.getAsLong())
            .addAllErrors(items.errors);
    items.receipts.forEach(receipt -> ack.addReceipts(WireCodec.encode(receipt)));
    return AgentMessage.newBuilder().setAck(ack).build();
  }

  AgentMessage nack(long serial, String message) {
    return AgentMessage.newBuilder()
        .setNack(
            Nack.newBuilder()
                .setSerial(serial)
                .setApplied(applied())
                .setDigest(ByteString.copyFrom(state.digest().bytes()))
                .setMessage(message))
        .build();
  }

  AgentMessage leaseReply(long serial, boolean taken) {
    return AgentMessage.newBuilder()
        .setLeaseReply(
            LeaseReply.newBuilder().setSerial(serial).setTaken(taken).setApplied(applied()))
        .build();
  }

  io.aegis.wire.v1.Position applied() {
    Optional<Position> applied = ledger.applied();
    return io.aegis.wire.v1.Position.newBuilder()
        .setEpoch(applied.map(Position::epoch).orElse(0L))
        .setRevision(applied.map(Position::revision).orElse(0L))
        .build();
  }
}
