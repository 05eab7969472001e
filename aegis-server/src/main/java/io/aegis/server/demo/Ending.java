package io.aegis.server.demo;

/** How a story ended. */
public enum Ending {
  /** Every step held. */
  HELD,
  /** A step did not hold, or something was left behind. */
  FAILED,
  /** Somebody asked to stop; what was done until then held, and nothing is left behind. */
  INTERRUPTED
}
