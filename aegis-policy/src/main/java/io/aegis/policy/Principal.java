package io.aegis.policy;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Set;

/**
 * An authenticated user, as the identity provider knows them at this moment.
 *
 * <p>Names, here and everywhere in this package, have 1 to 255 characters, not all of them white
 * space, none of them a control character, and are compared exactly, letter case included.
 *
 * @param id what never changes and is never given again; rules name users by it
 * @param name what people read
 * @param active whether the account is enabled; a disabled one is denied everything
 * @param roles the roles, possibly none
 * @param groups the groups, nested ones already resolved; possibly none
 * @param claims what the identity provider says besides
 * @param authentication how and when the user proved who they are
 */
public record Principal(
    String id,
    String name,
    boolean active,
    Set<String> roles,
    Set<String> groups,
    Map<String, String> claims,
    Authentication authentication) {

  /**
   * Makes a principal.
   *
   * @throws IllegalArgumentException if the id, or the name of the user, a role, a group or a claim
   *     is not a name
   */
  public Principal {
    Names.require(id, "a user id");
    Names.require(name, "a user name");
    roles = Names.requireAll(roles, "a role");
    groups = Names.requireAll(groups, "a group");
    claims = Names.requireKeys(claims, "a claim");
    requireNonNull(authentication, "authentication");
  }

  /**
   * Returns an active principal without groups and claims, whose name is the id.
   *
   * @param id the user id and name
   * @param roles the roles
   * @param authentication how and when the user proved who they are
   * @return the principal
   * @throws IllegalArgumentException if the id or a role is not a name
   */
  public static Principal of(String id, Set<String> roles, Authentication authentication) {
    return new Principal(id, id, true, roles, Set.of(), Map.of(), authentication);
  }
}
