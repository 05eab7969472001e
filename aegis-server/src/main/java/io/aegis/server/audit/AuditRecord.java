package io.aegis.server.audit;

import static java.util.Objects.requireNonNull;

import io.aegis.api.IpAddress;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing that somebody did or tried to do.
 *
 * @param at when
 * @param actor who
 * @param action what, as {@code noun.verb}: {@code session.login}, {@code activation.begin}
 * @param object to what, for people to read: {@code service web}; may be empty
 * @param result how it went
 * @param detail what else is worth knowing; may be empty; never a secret
 */
public record AuditRecord(
    Instant at, Actor actor, String action, String object, Result result, String detail) {

  /** Makes a record. */
  public AuditRecord {
    requireNonNull(at, "at");
    requireNonNull(actor, "actor");
    requireNonNull(action, "action");
    requireNonNull(object, "object");
    requireNonNull(result, "result");
    requireNonNull(detail, "detail");
  }

  /**
   * Who did it.
   *
   * @param id the user's id; null if nobody was logged in, or for the controller itself
   * @param name the user's name at that time, or what was typed for it
   * @param source the address it came from; null for the controller itself
   */
  public record Actor(@Nullable Long id, String name, @Nullable IpAddress source) {

    /** The controller, acting by itself: time passed, a gateway failed. */
    public static final Actor CONTROLLER = new Actor(null, "(controller)", null);

    /** Makes an actor. */
    public Actor {
      requireNonNull(name, "name");
    }
  }

  /** How it went. */
  public enum Result {
    /** It was done. */
    DONE,
    /** It was not permitted, and nothing was done. */
    REFUSED,
    /** It was permitted and could not be done; nothing stays half done. */
    FAILED;

    /** Returns {@code done}, {@code refused} or {@code failed}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
