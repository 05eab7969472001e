package io.aegis.server.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** Translates between TOML and {@link Raw}. */
final class TomlText {

  private TomlText() {}

  static String quoted(String text) {
    return '"' + Toml.tomlEscape(text).toString() + '"';
  }

  /**
   * Reads a document into flat keys.
   *
   * @param file named in origins
   * @param text the document
   * @param names the keys there are: a table of that name is a value, any other table a section
   * @return what was written, by dotted name, in the order written; empty if the text is no TOML
   */
  static Map<String, Raw> parse(Path file, String text, Set<String> names, Problems problems) {
    TomlParseResult result = Toml.parse(text);
    result
        .errors()
        .forEach(e -> problems.add(at(file, e.position()), String.valueOf(e.getMessage())));
    var flat = new LinkedHashMap<String, Raw>();
    if (!result.hasErrors()) {
      flatten("", result, names, position -> at(file, position), flat);
    }
    return flat;
  }

  /** Reads the text of a variable or flag whose key wants an array or a table, written as TOML. */
  static Optional<Raw> parseValue(String key, Raw.Untyped text, Problems problems) {
    TomlParseResult result = Toml.parse("value = " + text.text());
    if (result.hasErrors() || result.size() != 1) {
      problems.add(
          text.origin(), key + ": expected a TOML value, as behind '" + key + " =' in a file");
      return Optional.empty();
    }
    return Optional.of(raw(result.get(List.of("value")), text.origin(), _ -> text.origin()));
  }

  private static void flatten(
      String prefix,
      TomlTable table,
      Set<String> names,
      Function<@Nullable TomlPosition, Origin> origins,
      Map<String, Raw> flat) {
    for (String part : table.keySet()) {
      String name = prefix + part;
      Object value = table.get(List.of(part));
      // An empty table is no section but a name, so that an unknown one does not pass unseen.
      if (value instanceof TomlTable section && !section.isEmpty() && !names.contains(name)) {
        flatten(name + ".", section, names, origins, flat);
      } else {
        Origin origin = origins.apply(table.inputPositionOf(List.of(part)));
        flat.put(name, raw(value, origin, origins));
      }
    }
  }

  private static Raw raw(
      @Nullable Object value, Origin origin, Function<@Nullable TomlPosition, Origin> origins) {
    return switch (value) {
      case String text -> new Raw.Text(text, origin);
      case Long number -> new Raw.Whole(number, origin);
      case Boolean truth -> new Raw.Truth(truth, origin);
      case TomlArray array -> new Raw.Items(items(array, origins), origin);
      case TomlTable table -> new Raw.Fields(fields(table, origins), origin);
      case Double _ -> new Raw.Other("a floating-point number", origin);
      case null, default -> new Raw.Other("a date or time", origin);
    };
  }

  private static List<Raw> items(
      TomlArray array, Function<@Nullable TomlPosition, Origin> origins) {
    return IntStream.range(0, array.size())
        .mapToObj(i -> raw(array.get(i), origins.apply(array.inputPositionOf(i)), origins))
        .toList();
  }

  private static Map<String, Raw> fields(
      TomlTable table, Function<@Nullable TomlPosition, Origin> origins) {
    var fields = new LinkedHashMap<String, Raw>();
    for (String name : table.keySet()) {
      Origin origin = origins.apply(table.inputPositionOf(List.of(name)));
      fields.put(name, raw(table.get(List.of(name)), origin, origins));
    }
    return fields;
  }

  private static Origin at(Path file, @Nullable TomlPosition position) {
    return new Origin.FileLine(file, position == null ? 1 : position.line());
  }
}
