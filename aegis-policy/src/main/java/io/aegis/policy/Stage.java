package io.aegis.policy;

/**
 * How far a request came. A denial stands as long as its own obstacle does, whatever becomes of the
 * inputs that were looked at before.
 */
enum Stage {
  /** Denied for the account or the session. */
  PRINCIPAL,
  /** Denied because there is no such service. */
  SERVICE,
  /** Denied by the rules. */
  RULES,
  /** Denied for the source. */
  SOURCE,
  /** Permitted. */
  PERMITTED
}
