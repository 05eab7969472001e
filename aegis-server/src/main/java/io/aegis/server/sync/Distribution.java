package io.aegis.server.sync;

import io.aegis.api.GrantId;
import io.aegis.api.Receipt;
import io.aegis.api.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The controller's way to its gateways. Safe for any number of threads. */
public interface Distribution {

  /** What became of a revision at one gateway. */
  sealed interface Outcome {
    /**
     * It is in force.
     *
     * @param receipts the proofs for the grants asked about
     */
    record Enforced(List<Receipt> receipts) implements Outcome {
      /** Makes an outcome. */
      public Enforced {
        receipts = List.copyOf(receipts);
      }
    }

    /**
     * The gateway refused at least one of the grants asked about.
     *
     * @param message what the agent said
     */
    record Refused(String message) implements Outcome {}

    /** The gateway is connected and did not answer in time. */
    record TimedOut() implements Outcome {}

    /** The gateway is known and not connected; it gets the change when it returns. */
    record Away() implements Outcome {}
  }

  /**
   * Says that changes were committed, and waits for the gateways that guard their targets. Removals
   * leave at once. Never throws for a gateway's sake.
   *
   * @param changes the committed changes, in commit order
   * @param patience how long to wait for the gateways that are connected
   * @return completes with an outcome for every known gateway that guards a target, by name; empty
   *     if none guards any; never exceptionally
   */
  CompletableFuture<Map<String, Outcome>> committed(List<GrantChange> changes, Duration patience);

  /**
   * Returns the names of the known gateways that guard a target.
   *
   * @param target the target
   * @return connected or not, ordered by name
   */
  List<String> guarding(Target target);

  /**
   * Returns when a grant last admitted a packet at any gateway, as far as reports tell. Answers
   * from memory: it may be asked inside a transaction.
   *
   * @param id the grant
   * @return the time on the controller's clock, or the grant's issue if none was reported; empty if
   *     the grant is unknown to every connected gateway
   */
  java.util.Optional<Instant> lastAdmitted(GrantId id);
}
