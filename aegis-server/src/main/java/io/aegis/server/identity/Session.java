package io.aegis.server.identity;

import static java.util.Objects.requireNonNull;

import io.aegis.api.IpAddress;
import io.aegis.server.audit.AuditRecord;
import java.time.Instant;

/**
 * A login that has not ended, as it was when it was read. What is checked later is checked against
 * the database again: holding a session object gives nothing.
 *
 * @param id its number, never used twice
 * @param user whose it is, as read together with the session
 * @param role the user's role, as read together with the session
 * @param loginSource the address that logged in
 * @param startedAt when it began
 * @param endsAt when it ends whatever happens
 */
public record Session(
    long id, User user, Role role, IpAddress loginSource, Instant startedAt, Instant endsAt) {

  /** Makes a session. */
  public Session {
    requireNonNull(user, "user");
    requireNonNull(role, "role");
    requireNonNull(loginSource, "loginSource");
    requireNonNull(startedAt, "startedAt");
    requireNonNull(endsAt, "endsAt");
  }

  /**
   * Returns how much its user may manage.
   *
   * @return the rank of its role
   */
  public Rank rank() {
    return Rank.ofRole(role.id());
  }

  /**
   * Returns its user as the audit log names it.
   *
   * @return user and login address
   */
  public AuditRecord.Actor actor() {
    return new AuditRecord.Actor(user.id(), user.username(), loginSource);
  }
}
