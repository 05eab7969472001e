package io.aegis.server.agent;

/** What happens to grants while no controller can be reached. None outlives its hard expiry. */
public enum FailMode {
  /** They end at their soft expiry, those that need the lease with it. */
  CLOSED,
  /** The agent extends soft expiries by itself, none past the last contact + 15 minutes. */
  STATIC_BOUNDED,
  /** The agent extends soft expiries by itself, up to the hard expiry. */
  STATIC
}
