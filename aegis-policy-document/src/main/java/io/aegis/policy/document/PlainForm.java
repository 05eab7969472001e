package io.aegis.policy.document;

import io.aegis.policy.document.Node.Scalar;
import io.aegis.policy.document.Node.Style;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A whole number or a truth value, written without quotes. */
final class PlainForm<T> implements Form<T> {
  private static final int MOST_DIGITS = 18;

  private final String name;
  private final PlainKind kind;
  private final Map<String, Object> schema;
  private final TextForm.Parser<T> parser;

  private PlainForm(
      String name, PlainKind kind, Map<String, Object> schema, TextForm.Parser<T> parser) {
    this.name = name;
    this.kind = kind;
    this.schema = schema;
    this.parser = parser;
  }

  /** Returns the form of {@code true} and {@code false}. */
  static PlainForm<Boolean> truth() {
    Map<String, Object> schema = Map.of("type", "boolean");
    return new PlainForm<>("true or false", PlainKind.TRUTH, schema, Boolean::parseBoolean);
  }

  /** Returns the form of decimal whole numbers from {@code least} to {@code most}. */
  static PlainForm<Long> number(String name, long least, long most) {
    var schema = new LinkedHashMap<String, Object>();
    schema.put("type", "integer");
    schema.put("minimum", least);
    schema.put("maximum", most);
    return new PlainForm<>(
        name, PlainKind.WHOLE_NUMBER, schema, text -> parse(text, name, least, most));
  }

  private static long parse(String text, String name, long least, long most)
      throws BadTextException {
    if (text.matches("0|-?[1-9][0-9]{0," + (MOST_DIGITS - 1) + "}")) {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw new BadTextException(0, "expected " + name + ", found " + Printable.quote(text));
  }

  @Override
  public Optional<String> only() {
    Object least = schema.get("minimum");
    return least != null && least.equals(schema.get("maximum"))
        ? Optional.of(least.toString())
        : Optional.empty();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<T> read(Node node, Reading reading) {
    if (node instanceof Scalar scalar
        && scalar.style() == Style.PLAIN
        && PlainKind.of(scalar.text()) == kind) {
      try {
        return Optional.of(parser.parse(scalar.text()));
      } catch (BadTextException e) {
        reading.problems().add(node.place(), e.words());
        return Optional.empty();
      }
    }
    return refuse(node, reading);
  }

  @Override
  public Map<String, Object> schema() {
    return schema;
  }
}
