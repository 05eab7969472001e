package io.aegis.server.config;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * Values written as one string, integer or boolean.
 *
 * @param name the name in the reference
 * @param form how a value stands in TOML
 * @param parse reads the text; throws {@link IllegalArgumentException} with the rule it breaks
 * @param text writes what {@code parse} reads
 */
record Scalar<T>(String name, Form form, Function<String, T> parse, Function<T, String> text)
    implements ValueType<T> {

  /** How a value stands in TOML. */
  enum Form {
    STRING("a string in quotes"),
    /** Of a file or directory; in a file, one that begins with ./ is meant from there. */
    PATH("a string in quotes"),
    INTEGER("an integer"),
    BOOLEAN("true or false");

    private final String words;

    Form(String words) {
      this.words = words;
    }
  }

  @Override
  public Optional<T> read(String key, Raw raw, Problems problems) {
    Optional<String> written = textOf(raw);
    if (written.isEmpty()) {
      problems.add(raw.origin(), key + ": expected " + form.words + ", found " + raw.what());
      return Optional.empty();
    }
    try {
      return Optional.of(parse.apply(resolved(written.get(), raw.origin())));
    } catch (IllegalArgumentException e) {
      problems.add(raw.origin(), key + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  private String resolved(String text, Origin origin) {
    return form == Form.PATH
            && origin instanceof Origin.FileLine(Path file, int _)
            && text.startsWith("./")
        ? file.toAbsolutePath().resolveSibling(text).toString()
        : text;
  }

  private Optional<String> textOf(Raw raw) {
    return switch (raw) {
      case Raw.Untyped untyped -> Optional.of(untyped.text());
      case Raw.Text string when form == Form.STRING || form == Form.PATH ->
          Optional.of(string.text());
      case Raw.Whole whole when form == Form.INTEGER -> Optional.of(Long.toString(whole.number()));
      case Raw.Truth truth when form == Form.BOOLEAN ->
          Optional.of(Boolean.toString(truth.value()));
      case Raw.Text _, Raw.Whole _, Raw.Truth _, Raw.Items _, Raw.Fields _, Raw.Other _ ->
          Optional.empty();
    };
  }

  @Override
  public String toToml(T value) {
    String written = text.apply(value);
    return form == Form.STRING || form == Form.PATH ? TomlText.quoted(written) : written;
  }
}
