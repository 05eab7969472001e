package io.aegis.server.identity;

/** Whose access an edit may have changed. */
public sealed interface Affected {

  /**
   * One user.
   *
   * @param id the user
   */
  record OneUser(long id) implements Affected {}

  /**
   * One session.
   *
   * @param id the session
   */
  record OneSession(long id) implements Affected {}

  /**
   * Every user of a role.
   *
   * @param id the role
   */
  record OneRole(long id) implements Affected {}

  /**
   * Every user of a service.
   *
   * @param id the service
   */
  record OneService(long id) implements Affected {}

  /** Everybody. */
  record Everything() implements Affected {}
}
