package io.aegis.server.identity;

import io.aegis.server.identity.ControllerException.Kind;
import io.aegis.server.store.Transaction;

/** Finds users and roles inside a transaction, for whoever edits what they have. */
public final class People {
  private final UserStore users = new UserStore();
  private final RoleStore roles = new RoleStore();

  /** Makes it; it keeps nothing. */
  public People() {}

  /**
   * Finds a user.
   *
   * @param tx a transaction
   * @param id the user
   * @return the user
   * @throws ControllerException {@code NOT_FOUND}
   */
  public User user(Transaction tx, long id) {
    return users
        .byId(tx, id)
        .orElseThrow(() -> new ControllerException(Kind.NOT_FOUND, "there is no user " + id));
  }

  /**
   * Finds a role.
   *
   * @param tx a transaction
   * @param id the role
   * @return the role
   * @throws ControllerException {@code NOT_FOUND}
   */
  public Role role(Transaction tx, long id) {
    return roles
        .byId(tx, id)
        .orElseThrow(() -> new ControllerException(Kind.NOT_FOUND, "there is no role " + id));
  }
}
