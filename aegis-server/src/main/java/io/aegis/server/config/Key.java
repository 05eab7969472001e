package io.aegis.server.config;

import static java.util.Objects.requireNonNull;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be configured. Immutable; compared by identity, since each stands once, in
 * {@link Keys}.
 *
 * @param <T> the type of its values
 */
public final class Key<T> {
  private final String name;
  private final ValueType<T> type;
  private final @Nullable T defaultValue;
  private final Set<ProcessKind> requiredBy;
  private final String doc;

  private Key(
      String name,
      ValueType<T> type,
      @Nullable T defaultValue,
      Set<ProcessKind> requiredBy,
      String doc) {
    if (!name.matches("([a-z]+\\.)?[a-z][a-z0-9_]*")) {
      throw new IllegalArgumentException("not the name of a key: " + name);
    }
    this.name = name;
    this.type = requireNonNull(type, "type");
    this.defaultValue = defaultValue;
    this.requiredBy = Set.copyOf(requiredBy);
    this.doc = requireNonNull(doc, "doc");
  }

  /** Makes a key that has a value when nobody says anything. */
  static <T> Key<T> of(String name, ValueType<T> type, T defaultValue, String doc) {
    return new Key<>(name, type, defaultValue, Set.of(), doc);
  }

  /** Makes a key that may be left out. */
  static <T> Key<T> optional(String name, ValueType<T> type, String doc) {
    return new Key<>(name, type, null, Set.of(), doc);
  }

  /** Makes a key that some processes cannot do without. */
  static <T> Key<T> required(String name, ValueType<T> type, Set<ProcessKind> by, String doc) {
    return new Key<>(name, type, null, by, doc);
  }

  /** Makes a key of a table's field that no row can do without. */
  static <T> Key<T> requiredField(String name, ValueType<T> type, String doc) {
    return new Key<>(name, type, null, EnumSet.allOf(ProcessKind.class), doc);
  }

  /**
   * Returns the full name.
   *
   * @return {@code section.key}, or the field's name within its table
   */
  public String name() {
    return name;
  }

  /** The part before the dot; empty for a field of a table. */
  String section() {
    return name.substring(0, Math.max(0, name.indexOf('.')));
  }

  /** The part behind the dot. */
  String shortName() {
    return name.substring(name.indexOf('.') + 1);
  }

  /** The environment variable that sets it. */
  String variable() {
    return "AEGIS_" + name.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  ValueType<T> type() {
    return type;
  }

  Optional<T> defaultValue() {
    return Optional.ofNullable(defaultValue);
  }

  Set<ProcessKind> requiredBy() {
    return requiredBy;
  }

  String doc() {
    return doc;
  }

  /** Returns the full name. */
  @Override
  public String toString() {
    return name;
  }
}
