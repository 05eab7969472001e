package io.aegis.enforcer.spi;

/**
 * What an enforcer may or may not be able to do. A capability is declared by {@link
 * Enforcer#capabilities()} and tested both ways: declared, it must work; undeclared, it must be
 * refused, never quietly ignored.
 */
public enum Capability {
  /** Grants between IPv6 addresses. Without it such a grant fails as {@code UNSUPPORTED}. */
  IPV6,
  /** Targets that are a prefix of more than one address. Without it: {@code UNSUPPORTED}. */
  PREFIX_TARGETS,
  /** Targets with a range of ports, {@code any} included. Without it: {@code UNSUPPORTED}. */
  PORT_RANGES,
  /**
   * Targets that speak {@link io.aegis.api.Protocol#ICMP_ECHO}. Without it: {@code UNSUPPORTED}.
   */
  ICMP_ECHO,
  /** ICMP errors about packets of a live grant are admitted; without it they are dropped. */
  RELATED_ERRORS,
  /**
   * Interfaces and grants in audit mode. Without it {@code open} refuses such an interface and an
   * upsert such a grant, as {@code UNSUPPORTED}.
   */
  AUDIT,
  /**
   * Expiry, idle limit and lease are decided per packet, also while the process is dead. Whoever
   * declares {@link #SURVIVES_RESTART} declares this too: nobody else would end what enforces on.
   */
  KERNEL_EXPIRY,
  /**
   * Up to four grants over the same client and target, each with a life of its own; a fifth is
   * {@code EXHAUSTED}. Without it the second is {@code UNSUPPORTED}.
   */
  SHARED_TUPLES,
  /** Enforcement goes on after {@link Enforcer#close()} and the end of the process. */
  SURVIVES_RESTART,
  /**
   * {@link EnforcerProvider#openUnconfirmed} attaches what ends with the process until {@link
   * Enforcer#confirm} is called. Without it that is refused as {@code UNSUPPORTED}. Declared only
   * together with {@link #SURVIVES_RESTART}: elsewhere there is nothing to confirm.
   */
  COMMIT_CONFIRM,
  /**
   * {@link Enforcer#counters} count every frame under the reason that the verdict table gives it.
   * Without it every drop that is counted is {@link io.aegis.api.Reason#NO_GRANT}, and one that the
   * backend never sees, because the system drops such a frame before, may be missing. What is
   * admitted is counted under its reason all the same.
   */
  REASONS,
  /** {@link Enforcer#events} reports drops. */
  EVENTS,
  /** {@link Enforcer#explain} answers. */
  EXPLAIN,
  /**
   * What leaves is filtered too: replies only, and what an egress rule admits. A grant's idle time
   * counts from the earlier of its two directions then, so that traffic one way keeps nothing open.
   * Without it {@code open} refuses a static rule of the egress direction as {@code UNSUPPORTED},
   * so that nobody believes in it, and idle time counts from the last packet of the client.
   */
  EGRESS
}
