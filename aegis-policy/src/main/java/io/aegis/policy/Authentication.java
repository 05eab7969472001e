package io.aegis.policy;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Set;

/**
 * How and when a principal proved who they are.
 *
 * @param methods what was shown, by the names of RFC 8176 where there is one: {@code pwd}, {@code
 *     otp}, {@code webauthn}, …
 * @param at when it was shown
 */
public record Authentication(Set<String> methods, Instant at) {

  /**
   * Makes an authentication.
   *
   * @throws IllegalArgumentException if there is no method, or a name is not one
   */
  public Authentication {
    methods = Names.requireAll(methods, "an authentication method");
    requireNonNull(at, "at");
    if (methods.isEmpty()) {
      throw new IllegalArgumentException("an authentication has at least one method");
    }
  }

  /**
   * Returns the authentication by password alone.
   *
   * @param at when the password was checked
   * @return method {@code pwd}
   */
  public static Authentication password(Instant at) {
    return new Authentication(Set.of("pwd"), at);
  }
}
