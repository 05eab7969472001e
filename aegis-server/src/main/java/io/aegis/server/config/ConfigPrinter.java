package io.aegis.server.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Prints a configuration as TOML that reads back to an equal one, with the origin of each value.
 */
public final class ConfigPrinter {

  private ConfigPrinter() {}

  /**
   * Prints every key.
   *
   * @param config the configuration
   * @return TOML text; keys without a value are comments
   */
  public static String print(Config config) {
    var text = new StringBuilder("# The effective configuration; behind each value, its origin.\n");
    for (String section : Keys.sections()) {
      text.append("\n[").append(section).append("]\n");
      List<Key<?>> keys = Keys.inSection(section);
      // Behind a table of an array, a plain key would belong to that table.
      keys.stream().filter(k -> !isTables(k)).forEach(k -> text.append(line(config, k)));
      keys.stream().filter(ConfigPrinter::isTables).forEach(k -> text.append(tables(config, k)));
    }
    return text.toString();
  }

  /**
   * Prints in one line what is not a default.
   *
   * @param config the configuration
   * @return {@code key=value} for each such key, values as in TOML
   */
  public static String changed(Config config) {
    return Keys.all().stream()
        .filter(key -> !(config.values().origin(key) instanceof Origin.Default))
        .map(key -> key.name() + "=" + toml(config, key))
        .collect(Collectors.joining(" "));
  }

  private static <T> String toml(Config config, Key<T> key) {
    return config.find(key).map(key.type()::toToml).orElse("");
  }

  private static boolean isTables(Key<?> key) {
    return key.type() instanceof TableType<?>;
  }

  private static <T> String line(Config config, Key<T> key) {
    Optional<T> value = config.find(key);
    return value
            .map(v -> key.shortName() + " = " + key.type().toToml(v))
            .orElse("# " + key.shortName() + " =")
        + "  # "
        + (value.isEmpty() ? "not set" : config.values().origin(key).toString())
        + "\n";
  }

  private static <T> String tables(Config config, Key<T> key) {
    String origin = config.values().origin(key).toString();
    String rows = config.find(key).map(value -> rows(key, value)).orElse("");
    return rows.isEmpty()
        ? "# " + key.shortName() + ": none  # " + origin + "\n"
        : "\n# " + key.name() + ": " + origin + "\n" + rows;
  }

  private static <T> String rows(Key<T> key, T value) {
    return key.type() instanceof TableType<?> type ? typedRows(type, key.name(), value) : "";
  }

  @SuppressWarnings("unchecked") // the value of a key has the type of its values
  private static <T> String typedRows(TableType<T> type, String name, Object value) {
    return type.toTables(name, (List<T>) value);
  }
}
