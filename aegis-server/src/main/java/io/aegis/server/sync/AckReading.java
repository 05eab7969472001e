package io.aegis.server.sync;

import io.aegis.api.GrantId;
import io.aegis.api.Receipt;
import io.aegis.wire.StateDigest;
import io.aegis.wire.WireCodec;
import io.aegis.wire.v1.Ack;
import io.aegis.wire.v1.ItemError;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an acknowledgement says about the flight it answers.
 *
 * @param receipts the proofs, by grant
 * @param errors what was refused and why, by grant
 * @param digest over what the agent holds
 */
record AckReading(Map<GrantId, Receipt> receipts, Map<GrantId, String> errors, StateDigest digest) {

  private static final String KIND_PREFIX = "ITEM_ERROR_KIND_";

  /**
   * Reads an acknowledgement.
   *
   * @throws io.aegis.wire.WireException if it breaks the contract
   */
  static AckReading of(Ack ack, Flight flight) {
    var receipts = new HashMap<GrantId, Receipt>();
    for (var message : ack.getReceiptsList()) {
      Receipt receipt = WireCodec.decode(message);
      receipts.put(receipt.grantId(), receipt);
    }
    var errors = new HashMap<GrantId, String>();
    for (ItemError item : ack.getErrorsList()) {
      GrantId grant = grantOf(flight, item);
      if (grant != null) {
        errors.put(grant, kind(item) + ": " + item.getMessage());
      }
    }
    StateDigest digest = StateDigest.of(ack.getDigest().toByteArray());
    return new AckReading(Map.copyOf(receipts), Map.copyOf(errors), digest);
  }

  private static String kind(ItemError item) {
    String name = item.getKind().name();
    return name.startsWith(KIND_PREFIX) ? name.substring(KIND_PREFIX.length()) : name;
  }

  // An unreadable resource has no id that the agent could know, but a place in its message.
  private static @Nullable GrantId grantOf(Flight flight, ItemError item) {
    if (item.hasIndex() && item.getIndex() >= 0 && item.getIndex() < flight.puts().size()) {
      return flight.puts().get(item.getIndex()).grantId();
    }
    return item.getGrantId() > 0 ? new GrantId(item.getGrantId()) : null;
  }
}
