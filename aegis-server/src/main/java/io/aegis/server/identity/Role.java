package io.aegis.server.identity;

import static java.util.Objects.requireNonNull;

/**
 * A role: what its users may reach, and their rank.
 *
 * @param id its number, never used twice
 * @param name its name, unique without regard to case
 * @param description for people; may be empty
 * @param builtIn whether it came with the database and cannot be deleted
 */
public record Role(long id, String name, String description, boolean builtIn) {

  /** The role {@code root}. */
  public static final long ROOT_ID = 1;

  /** The role {@code admin}. */
  public static final long ADMIN_ID = 2;

  /** The role {@code user}. */
  public static final long USER_ID = 3;

  /** Makes a role. */
  public Role {
    requireNonNull(name, "name");
    requireNonNull(description, "description");
  }
}
