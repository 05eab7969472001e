package io.aegis.policy.document;

import static java.util.Objects.requireNonNull;

import io.aegis.policy.Principal;
import java.util.Map;
import java.util.Set;

/**
 * A user as the tests of a document know them. It says nothing about the users there are: those
 * come from where people log in.
 *
 * @param id what rules and tests name the user by
 * @param name what people read
 * @param active whether the account is enabled
 * @param roles the roles
 * @param groups the groups, without those that these are in
 * @param claims what the identity provider says besides
 */
public record User(
    String id,
    String name,
    boolean active,
    Set<String> roles,
    Set<String> groups,
    Map<String, String> claims) {

  /** Makes a user. */
  public User {
    requireNonNull(id, "id");
    requireNonNull(name, "name");
    roles = Set.copyOf(roles);
    groups = Set.copyOf(groups);
    claims = Map.copyOf(claims);
  }

  /** Returns the user that a principal is, without how they logged in. */
  static User of(Principal principal) {
    return new User(
        principal.id(),
        principal.name(),
        principal.active(),
        principal.roles(),
        principal.groups(),
        principal.claims());
  }
}
