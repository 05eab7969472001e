package io.aegis.policy;

/** The principals that a rule is about. */
public sealed interface Who {

  /**
   * One user.
   *
   * @param id the id of the principal
   */
  record User(String id) implements Who {
    /**
     * Names a user.
     *
     * @throws IllegalArgumentException if the id is not a name
     */
    public User {
      Names.require(id, "a user id");
    }

    /** Returns for example {@code user 'u-17'}. */
    @Override
    public String toString() {
      return "user '" + id + "'";
    }
  }

  /**
   * Everybody with a role.
   *
   * @param name the role
   */
  record Role(String name) implements Who {
    /**
     * Names a role.
     *
     * @throws IllegalArgumentException if the role is not a name
     */
    public Role {
      Names.require(name, "a role");
    }

    /** Returns for example {@code role 'admin'}. */
    @Override
    public String toString() {
      return "role '" + name + "'";
    }
  }

  /**
   * Everybody in a group.
   *
   * @param name the group
   */
  record Group(String name) implements Who {
    /**
     * Names a group.
     *
     * @throws IllegalArgumentException if the group is not a name
     */
    public Group {
      Names.require(name, "a group");
    }

    /** Returns for example {@code group 'finance'}. */
    @Override
    public String toString() {
      return "group '" + name + "'";
    }
  }

  /**
   * Names a user.
   *
   * @param id the id of the principal
   * @return that one user
   * @throws IllegalArgumentException if the id is not a name
   */
  static Who user(String id) {
    return new User(id);
  }

  /**
   * Names a role.
   *
   * @param name the role
   * @return everybody who has it
   * @throws IllegalArgumentException if the role is not a name
   */
  static Who role(String name) {
    return new Role(name);
  }

  /**
   * Names a group.
   *
   * @param name the group
   * @return everybody in it
   * @throws IllegalArgumentException if the group is not a name
   */
  static Who group(String name) {
    return new Group(name);
  }

  /**
   * Returns whether this is {@code principal}, or a role or group of theirs.
   *
   * @param principal a principal
   * @return true if a rule about this is about them
   */
  default boolean includes(Principal principal) {
    return switch (this) {
      case User(String id) -> principal.id().equals(id);
      case Role(String name) -> principal.roles().contains(name);
      case Group(String name) -> principal.groups().contains(name);
    };
  }
}
