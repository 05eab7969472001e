package io.aegis.policy.document;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/**
 * Something that is allowed and yet looks like a mistake.
 *
 * @param place where the service or rule stands
 * @param kind what it is, for programs
 * @param message what it is and what to do, on one line
 */
public record Warning(Place place, Kind kind, String message) {

  /** Kinds of warnings. */
  public enum Kind {
    /** Two services have the same address, protocol and port: nothing tells them apart. */
    SHARED_TARGET,
    /** Targets of two services overlap: a grant for one opens a part of the other. */
    OVERLAPPING_TARGETS,
    /** A range of ports contains that of SSH or DNS, which is rarely meant. */
    SENSITIVE_PORT,
    /** A service has no target, and is denied to everybody. */
    NO_TARGET,
    /** No enforced rule permits anybody to reach a service. */
    NEVER_PERMITTED,
    /** A rule has a condition that never holds. */
    RULE_NEVER_APPLIES,
    /** A forbid covers a permit, which therefore lets nobody in. */
    PERMIT_UNDER_FORBID,
    /** A forbid covers every permit: nobody reaches anything. */
    FORBID_OF_EVERYTHING,
    /** Two rules say the same. */
    DUPLICATE_RULE,
    /** A condition names nothing that it could look at: it always holds. */
    CONSTANT_CONDITION,
    /** A rule names a user whom the users of the tests do not include, though there are some. */
    UNKNOWN_USER,
    /** There was too much to compare, and not everything was. */
    INCOMPLETE;

    /** Returns the kind as programs read it: {@code shared-target}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Makes a warning. */
  public Warning {
    requireNonNull(place, "place");
    requireNonNull(kind, "kind");
    message = Printable.line(message);
  }

  /**
   * Returns for example {@code line 3, column 5: services 'a' and 'b' share ... (shared-target)}.
   */
  @Override
  public String toString() {
    return place + ": " + message + " (" + kind + ")";
  }
}
