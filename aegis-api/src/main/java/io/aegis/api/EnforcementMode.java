package io.aegis.api;

/** Whether something decides, or only says how it would have decided. */
public enum EnforcementMode {
  /** Decides. */
  ENFORCE,
  /**
   * Counts only. A grant in this mode admits nothing and counts {@link Reason#WOULD_ADMIT}; an
   * interface in this mode admits what it would have dropped and counts it as <em>would drop</em>.
   */
  AUDIT
}
