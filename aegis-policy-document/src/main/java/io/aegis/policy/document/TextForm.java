package io.aegis.policy.document;

import io.aegis.policy.document.Node.Scalar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/** Something that is written as one text. */
final class TextForm<T> implements Form<T> {

  /** Makes something of a text. */
  interface Parser<T> {
    /**
     * Reads a text.
     *
     * @throws BadTextException if it is not what it should be
     * @throws IllegalArgumentException likewise; the mistake is at the beginning of the text
     */
    T parse(String text) throws BadTextException;
  }

  /** Makes something of a text, and of where its characters stand. */
  interface PlacedParser<T> {
    /**
     * Reads a text.
     *
     * @param text the text
     * @param places gives the place of each of its characters
     * @throws BadTextException if it is not what it should be
     * @throws IllegalArgumentException likewise; the mistake is at the beginning of the text
     */
    T parse(String text, IntFunction<Place> places) throws BadTextException;
  }

  private final String name;
  private final Map<String, Object> schema;
  private final PlacedParser<T> parser;

  private TextForm(String name, Map<String, Object> schema, PlacedParser<T> parser) {
    this.name = name;
    this.schema = schema;
    this.parser = parser;
  }

  /** Returns the form of any text. */
  static <T> TextForm<T> any(String name, Parser<T> parser) {
    return new TextForm<>(name, type(), (text, _) -> parser.parse(text));
  }

  /**
   * Returns the form of texts of a pattern, which editors hold them to: it may be wider than what
   * is read, never narrower.
   */
  static <T> TextForm<T> like(String name, String pattern, Parser<T> parser) {
    return placed(name, pattern, (text, _) -> parser.parse(text));
  }

  /** Returns the form of texts of a pattern, of which it matters where their parts stand. */
  static <T> TextForm<T> placed(String name, String pattern, PlacedParser<T> parser) {
    Map<String, Object> schema = type();
    schema.put("pattern", pattern);
    return new TextForm<>(name, schema, parser);
  }

  /** Returns the form of any text, of which it matters where it stands. */
  static <T> TextForm<T> placed(String name, PlacedParser<T> parser) {
    return new TextForm<>(name, type(), parser);
  }

  /** Returns the form of one of a few words. */
  static <T> TextForm<T> oneOf(String name, Map<String, T> words) {
    Map<String, Object> schema = type();
    schema.put("enum", List.copyOf(words.keySet()));
    return new TextForm<>(
        name,
        schema,
        (text, _) -> {
          T value = words.get(text);
          if (value == null) {
            throw new BadTextException(
                0,
                "expected %s, found %s%s"
                    .formatted(
                        name, Printable.quote(text), Guess.didYouMean(text, words.keySet())));
          }
          return value;
        });
  }

  private static Map<String, Object> type() {
    var schema = new LinkedHashMap<String, Object>();
    schema.put("type", "string");
    return schema;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<T> read(Node node, Reading reading) {
    if (!(node instanceof Scalar scalar) || !scalar.isText()) {
      return refuse(node, reading);
    }
    try {
      return Optional.of(parser.parse(scalar.text(), at -> reading.placeOf(scalar, at)));
    } catch (BadTextException e) {
      reading.problems().add(reading.placeOf(scalar, e.offset()), e.words());
    } catch (IllegalArgumentException e) {
      reading.problems().add(scalar.place(), String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }

  @Override
  public Map<String, Object> schema() {
    return schema;
  }
}
