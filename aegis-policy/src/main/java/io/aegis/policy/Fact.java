package io.aegis.policy;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;

/**
 * Something that was observed of a device, and when.
 *
 * @param value what was observed: a {@link String}, {@link Long}, {@link Boolean}, or a {@link
 *     List} of strings
 * @param observedAt when it was observed
 */
public record Fact(Object value, Instant observedAt) {

  /**
   * Makes a fact.
   *
   * @throws IllegalArgumentException if the value is of another type
   */
  public Fact {
    value =
        switch (requireNonNull(value, "value")) {
          case String text -> text;
          case Long number -> number;
          case Boolean flag -> flag;
          case List<?> list -> texts(list);
          default -> throw notAFact(value);
        };
    requireNonNull(observedAt, "observedAt");
  }

  private static List<String> texts(List<?> list) {
    return list.stream().map(each -> each instanceof String text ? text : text(each)).toList();
  }

  private static String text(Object element) {
    throw notAFact(element);
  }

  private static IllegalArgumentException notAFact(Object value) {
    return new IllegalArgumentException(
        "a fact is a String, a Long, a Boolean or a List of String: " + value.getClass().getName());
  }

  /**
   * Returns a fact that is a text, a version for example.
   *
   * @param value what was observed
   * @param observedAt when it was observed
   * @return the fact
   */
  public static Fact of(String value, Instant observedAt) {
    return new Fact(value, observedAt);
  }

  /**
   * Returns a fact that is a number.
   *
   * @param value what was observed
   * @param observedAt when it was observed
   * @return the fact
   */
  public static Fact of(long value, Instant observedAt) {
    return new Fact(value, observedAt);
  }

  /**
   * Returns a fact that is true or false.
   *
   * @param value what was observed
   * @param observedAt when it was observed
   * @return the fact
   */
  public static Fact of(boolean value, Instant observedAt) {
    return new Fact(value, observedAt);
  }

  /**
   * Returns a fact that is a list of texts.
   *
   * @param values what was observed
   * @param observedAt when it was observed
   * @return the fact
   */
  public static Fact of(List<String> values, Instant observedAt) {
    return new Fact(values, observedAt);
  }
}
