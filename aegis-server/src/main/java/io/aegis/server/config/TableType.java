package io.aegis.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Values that are lists of things with several fields each: an array of tables.
 *
 * @param row what one of them is, in the reference
 * @param columns their fields
 * @param make makes one; throws {@link IllegalArgumentException} with the rule that is broken
 */
record TableType<T>(String row, List<Column<T, ?>> columns, Function<Values, T> make)
    implements ValueType<List<T>> {

  /**
   * One field.
   *
   * @param key its name within the table, type, default and meaning
   * @param get reads it back; null where it is not set
   */
  record Column<T, F>(Key<F> key, Function<T, @Nullable F> get) {
    private Optional<String> toToml(T row) {
      F value = get.apply(row);
      return value == null
          ? Optional.empty()
          : Optional.of(key.name() + " = " + key.type().toToml(value));
    }
  }

  TableType {
    columns = List.copyOf(columns);
  }

  @Override
  public String name() {
    return "array of tables";
  }

  /** The keys of the columns. */
  List<Key<?>> keys() {
    return columns.stream().<Key<?>>map(Column::key).toList();
  }

  @Override
  public Optional<List<T>> read(String key, Raw raw, Problems problems) {
    return switch (raw) {
      case Raw.Items array -> readRows(key, array.items(), problems);
      case Raw.Untyped text ->
          TomlText.parseValue(key, text, problems).flatMap(value -> read(key, value, problems));
      case Raw.Text _, Raw.Whole _, Raw.Truth _, Raw.Fields _, Raw.Other _ -> {
        problems.add(
            raw.origin(),
            key + ": expected an array of tables ([[" + key + "]]), found " + raw.what());
        yield Optional.empty();
      }
    };
  }

  private Optional<List<T>> readRows(String key, List<Raw> items, Problems problems) {
    var rows = new ArrayList<T>();
    for (Raw item : items) {
      if (item instanceof Raw.Fields fields) {
        readRow(key, fields, problems).ifPresent(rows::add);
      } else {
        problems.add(item.origin(), key + ": expected a table, found " + item.what());
      }
    }
    return rows.size() == items.size() ? Optional.of(List.copyOf(rows)) : Optional.empty();
  }

  private Optional<T> readRow(String key, Raw.Fields row, Problems problems) {
    var own = new Problems();
    Values values = Values.read(key + ".", keys(), row.fields(), own);
    values.addMissing(key + ".", row.origin(), own);
    if (!own.isEmpty()) {
      problems.addAll(own);
      return Optional.empty();
    }
    try {
      return Optional.of(make.apply(values));
    } catch (IllegalArgumentException e) {
      problems.add(row.origin(), key + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public String toToml(List<T> value) {
    return value.stream().map(this::rowToToml).collect(Collectors.joining(", ", "[", "]"));
  }

  /** Writes each row as a table of its own, which reads better than an inline array. */
  String toTables(String key, List<T> rows) {
    var text = new StringBuilder();
    for (T row : rows) {
      text.append("[[").append(key).append("]]\n");
      columns.forEach(c -> c.toToml(row).ifPresent(line -> text.append(line).append('\n')));
    }
    return text.toString();
  }

  private String rowToToml(T row) {
    return columns.stream()
        .flatMap(column -> column.toToml(row).stream())
        .collect(Collectors.joining(", ", "{", "}"));
  }
}
