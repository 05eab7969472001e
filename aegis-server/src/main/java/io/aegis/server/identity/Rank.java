package io.aegis.server.identity;

/** How much somebody may manage; each rank may do what the ranks before it may. */
public enum Rank {
  /** Sees and uses what is theirs. Every role but the two built-in ones has this rank. */
  USER,
  /** Manages services, users and the services of roles. */
  ADMIN,
  /** Does everything. */
  ROOT;

  /**
   * Returns the rank of a role.
   *
   * @param roleId the role
   * @return {@code ROOT} for {@link Role#ROOT_ID}, {@code ADMIN} for {@link Role#ADMIN_ID}, else
   *     {@code USER}
   */
  public static Rank ofRole(long roleId) {
    if (roleId == Role.ROOT_ID) {
      return ROOT;
    }
    return roleId == Role.ADMIN_ID ? ADMIN : USER;
  }
}
