package io.aegis.server.identity;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A user, without anything secret.
 *
 * @param id its number, never used twice
 * @param username its name, unique without regard to case
 * @param roleId its role
 * @param isActive whether it may log in; a disabled user has no session and reaches nothing
 * @param mustChangePassword whether somebody else chose the password; a hint to the user, it blocks
 *     nothing
 * @param createdAt when it was made
 */
public record User(
    long id,
    String username,
    long roleId,
    boolean isActive,
    boolean mustChangePassword,
    Instant createdAt) {

  /** The user that the first start makes. It cannot be deleted, and its role cannot be changed. */
  public static final long ROOT_ID = 1;

  /** Makes a user. */
  public User {
    requireNonNull(username, "username");
    requireNonNull(createdAt, "createdAt");
  }
}
