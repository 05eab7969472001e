package io.aegis.server.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Values that are tables of strings with names of the user's choice. */
record MapType() implements ValueType<Map<String, String>> {

  @Override
  public String name() {
    return "table of strings";
  }

  @Override
  public Optional<Map<String, String>> read(String key, Raw raw, Problems problems) {
    return switch (raw) {
      case Raw.Fields table -> readFields(key, table, problems);
      case Raw.Untyped text ->
          TomlText.parseValue(key, text, problems).flatMap(value -> read(key, value, problems));
      case Raw.Text _, Raw.Whole _, Raw.Truth _, Raw.Items _, Raw.Other _ -> {
        problems.add(raw.origin(), key + ": expected a table, found " + raw.what());
        yield Optional.empty();
      }
    };
  }

  private static Optional<Map<String, String>> readFields(
      String key, Raw.Fields table, Problems problems) {
    var values = new LinkedHashMap<String, String>();
    table
        .fields()
        .forEach((name, raw) ->
            Types.STRING
                .read(key + "." + name, raw, problems)
                .ifPresent(value -> values.put(name, value)));
    return values.size() == table.fields().size()
        ? Optional.of(Collections.unmodifiableMap(values))
        : Optional.empty();
  }

  @Override
  public String toToml(Map<String, String> value) {
    return value.entrySet().stream()
        .map(e -> TomlText.quoted(e.getKey()) + " = " + TomlText.quoted(e.getValue()))
        .collect(Collectors.joining(", ", "{", "}"));
  }
}
