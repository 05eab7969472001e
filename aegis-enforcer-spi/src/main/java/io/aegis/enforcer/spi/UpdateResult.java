package io.aegis.enforcer.spi;

import static java.util.Objects.requireNonNull;

import io.aegis.api.GrantId;
import io.aegis.api.Receipt;
import java.util.List;

/**
 * What became of an update.
 *
 * @param outcomes one for every item
 */
public record UpdateResult(List<Outcome> outcomes) {

  /** What became of one item. */
  public sealed interface Outcome {
    /**
     * Returns the grant it is about.
     *
     * @return the id
     */
    GrantId grantId();
  }

  /**
   * The item is in force.
   *
   * @param receipt the proof
   */
  public record Applied(Receipt receipt) implements Outcome {
    /** Makes an outcome. */
    public Applied {
      requireNonNull(receipt, "receipt");
    }

    @Override
    public GrantId grantId() {
      return receipt.grantId();
    }
  }

  /**
   * The item failed. A removal or extension changed nothing; of an upsert neither the new form nor
   * an older one is in force.
   *
   * @param grantId the grant
   * @param kind what the caller can do
   * @param message doing what, to which object, what happened, what to do
   */
  public record Failed(GrantId grantId, EnforcerException.Kind kind, String message)
      implements Outcome {
    /** Makes an outcome. */
    public Failed {
      requireNonNull(grantId, "grantId");
      requireNonNull(kind, "kind");
      requireNonNull(message, "message");
    }
  }

  /** Makes a result. */
  public UpdateResult {
    outcomes = List.copyOf(outcomes);
  }

  /**
   * Returns the proofs of the items in force.
   *
   * @return in the order of the outcomes
   */
  public List<Receipt> receipts() {
    return outcomes.stream()
        .filter(Applied.class::isInstance)
        .map(outcome -> ((Applied) outcome).receipt())
        .toList();
  }

  /**
   * Returns the items that failed.
   *
   * @return in the order of the outcomes; empty if all is in force
   */
  public List<Failed> failures() {
    return outcomes.stream().filter(Failed.class::isInstance).map(Failed.class::cast).toList();
  }
}
