package io.aegis.policy;

import static java.util.Objects.requireNonNull;

/**
 * A request that was decided once, and how.
 *
 * @param request the request, at the time it was made
 * @param permitted whether it was permitted
 */
public record RecordedRequest(AccessRequest request, boolean permitted) {

  /** Makes a record. */
  public RecordedRequest {
    requireNonNull(request, "request");
  }

  /**
   * Records a decision.
   *
   * @param request the request
   * @param decision how it was decided
   * @return the record
   */
  public static RecordedRequest of(AccessRequest request, Decision decision) {
    return new RecordedRequest(request, decision instanceof Decision.Permit);
  }
}
