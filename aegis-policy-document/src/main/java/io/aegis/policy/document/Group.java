package io.aegis.policy.document;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A group that rules and users can name, and the groups that its members are in as well.
 *
 * @param name what it is called
 * @param about what it is for, in words; null if nothing is said
 * @param in the groups that everybody in this one is in too; possibly none
 */
public record Group(String name, @Nullable String about, Set<String> in) {

  /** Makes a group. */
  public Group {
    requireNonNull(name, "name");
    in = Set.copyOf(in);
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
