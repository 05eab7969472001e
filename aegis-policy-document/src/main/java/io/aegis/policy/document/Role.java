package io.aegis.policy.document;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A role that rules and users can name. Who has it is known elsewhere; a document declares it, so
 * that a mistyped one is found.
 *
 * @param name what it is called
 * @param about what it is for, in words; null if nothing is said
 */
public record Role(String name, @Nullable String about) {

  /** Makes a role. */
  public Role {
    requireNonNull(name, "name");
  }

  /**
   * Returns what it is for.
   *
   * @return a text for people, if there is one
   */
  public Optional<String> description() {
    return Optional.ofNullable(about);
  }
}
