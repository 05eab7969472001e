package io.aegis.server.identity;

import java.util.List;

/**
 * Users and roles. Every method that changes something takes the session that asks, checks {@link
 * Authority}, writes an audit record, and takes away in the same transaction what is no longer
 * permitted; it returns when the connected gateways have closed that, or after a few seconds. Safe
 * for any number of threads; may block.
 *
 * <p>If a gateway has not closed it then, the method throws {@link ControllerException} of kind
 * {@code UNAVAILABLE} with {@link ControllerException#closesBy()}: the change is recorded, and need
 * not be made again.
 *
 * <p>Besides what is named, every changing method throws {@link ControllerException} of kind {@code
 * FORBIDDEN} if the session's user may not do this.
 */
public interface Accounts {

  /**
   * Reads all roles.
   *
   * @return ordered by id
   */
  List<Role> roles();

  /**
   * Adds a role.
   *
   * @param actor who asks
   * @param name 1 to 64 characters
   * @param description at most 1000 characters; may be empty
   * @return the role
   * @throws ControllerException {@code INVALID} for a name or description that does not fit; {@code
   *     CONFLICT} if the name is taken
   */
  Role createRole(Session actor, String name, String description);

  /**
   * Deletes a role that nobody has.
   *
   * @param actor who asks
   * @param roleId the role
   * @throws ControllerException {@code NOT_FOUND}; {@code CONFLICT} if it is built in or in use
   */
  void deleteRole(Session actor, long roleId);

  /**
   * Reads all users.
   *
   * @return ordered by id
   */
  List<User> users();

  /**
   * Adds a user, who is asked to choose a password of his own.
   *
   * @param actor who asks
   * @param username 1 to 64 letters, digits and {@code . _ @ + -}
   * @param password 8 to 128 characters, neither common nor simple
   * @param roleId the role
   * @return the user
   * @throws ControllerException {@code INVALID} for a bad name, a weak password or an unknown role;
   *     {@code CONFLICT} if the name is taken; {@code FORBIDDEN} if somebody below root gives the
   *     role root
   */
  User createUser(Session actor, String username, String password, long roleId);

  /**
   * Deletes a user, its sessions and everything it had activated.
   *
   * @param actor who asks
   * @param userId the user
   * @throws ControllerException {@code NOT_FOUND}; {@code FORBIDDEN} for {@link User#ROOT_ID}, and
   *     for a user of role root if the actor is not
   */
  void deleteUser(Session actor, long userId);

  /**
   * Gives a user another role.
   *
   * @param actor who asks
   * @param userId the user
   * @param roleId the new role
   * @throws ControllerException {@code NOT_FOUND} for the user; {@code INVALID} for the role;
   *     {@code FORBIDDEN} for {@link User#ROOT_ID}, and for a user of role root or the role root if
   *     the actor is not root
   */
  void setRole(Session actor, long userId, long roleId);

  /**
   * Enables or disables a user. Disabling ends its sessions.
   *
   * @param actor who asks
   * @param userId the user
   * @param active whether it may log in
   * @throws ControllerException {@code NOT_FOUND}; {@code FORBIDDEN} as for {@link #deleteUser}
   */
  void setActive(Session actor, long userId, boolean active);

  /**
   * Gives a user a password that the user shall change; ends its sessions.
   *
   * @param actor who asks
   * @param userId the user
   * @param password 8 to 128 characters, neither common nor simple
   * @throws ControllerException {@code NOT_FOUND}; {@code INVALID} for a weak password; {@code
   *     FORBIDDEN} as for {@link #deleteUser}: {@link User#ROOT_ID} changes its own
   */
  void resetPassword(Session actor, long userId, String password);

  /**
   * Changes the password of the session's own user; ends the user's other sessions.
   *
   * @param session whose
   * @param oldPassword the present password
   * @param newPassword 8 to 128 characters, neither common nor simple
   * @throws ControllerException {@code UNAUTHENTICATED} if the old password is wrong; {@code
   *     INVALID} for a weak new one; {@code LOCKED_OUT} after too many wrong ones; {@code
   *     FORBIDDEN} for a user without a password of its own
   */
  void changeOwnPassword(Session session, String oldPassword, String newPassword);
}
