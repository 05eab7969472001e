package io.aegis.server.identity;

import io.aegis.server.identity.ControllerException.Kind;

/**
 * Who may do what: the one table. The services check it themselves; whoever serves requests checks
 * it first, before reading a body. What the table cannot say, since it depends on whom it is done
 * to, is {@link #requireOver}.
 */
public final class Authority {
  private Authority() {}

  /** Something that can be asked for, and the least rank that may. */
  public enum Action {
    /** Log out, see oneself, change one's own password. */
    MANAGE_OWN_LOGIN(Rank.USER),
    /** See what one may activate and what is active; activate and deactivate it. */
    USE_SERVICES(Rank.USER),
    /** See the roles. */
    READ_ROLES(Rank.ADMIN),
    /** Create and delete roles. */
    MANAGE_ROLES(Rank.ROOT),
    /** See and change which services a role has. */
    MANAGE_ROLE_SERVICES(Rank.ADMIN),
    /** See the services. */
    READ_SERVICES(Rank.ADMIN),
    /** Create, change and delete services. */
    MANAGE_SERVICES(Rank.ADMIN),
    /** See the users. */
    READ_USERS(Rank.ADMIN),
    /** Create, change and delete users; see and change their extra services. */
    MANAGE_USERS(Rank.ADMIN),
    /** See the gateways. */
    READ_GATEWAYS(Rank.ADMIN),
    /** See the audit log. */
    READ_AUDIT(Rank.ADMIN);

    private final Rank least;

    Action(Rank least) {
      this.least = least;
    }

    /**
     * Returns the least rank that may do this.
     *
     * @return the rank
     */
    public Rank least() {
      return least;
    }
  }

  /**
   * Returns whether a rank may do something.
   *
   * @param rank the rank
   * @param action what is asked for
   * @return true if it may
   */
  public static boolean permits(Rank rank, Action action) {
    return rank.compareTo(action.least()) >= 0;
  }

  /**
   * Refuses what the session's user may not do.
   *
   * @param actor who asks
   * @param action what is asked for
   * @throws ControllerException {@code FORBIDDEN}
   */
  public static void require(Session actor, Action action) {
    if (!permits(actor.rank(), action)) {
      throw new ControllerException(
          Kind.FORBIDDEN,
          "this needs the role " + (action.least() == Rank.ROOT ? "root" : "admin or root"));
    }
  }

  /**
   * Refuses to touch somebody of a higher rank, and the built-in root whoever asks.
   *
   * @param actor who asks
   * @param target who would be changed
   * @throws ControllerException {@code FORBIDDEN}
   */
  public static void requireOver(Session actor, User target) {
    if (target.id() == User.ROOT_ID) {
      throw new ControllerException(
          Kind.FORBIDDEN, "the built-in user root is changed by nobody but itself");
    }
    requireMayGive(actor, target.roleId());
  }

  /**
   * Refuses to let somebody below root make a root user.
   *
   * @param actor who asks
   * @param roleId the role that would be given, or taken away
   * @throws ControllerException {@code FORBIDDEN}
   */
  public static void requireMayGive(Session actor, long roleId) {
    if (Rank.ofRole(roleId) == Rank.ROOT && actor.rank() != Rank.ROOT) {
      throw new ControllerException(Kind.FORBIDDEN, "only a user of role root may do this");
    }
  }
}
