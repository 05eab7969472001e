package io.aegis.server.config;

import java.util.List;
import java.util.stream.Collectors;

/** Writes {@code docs/reference/config.md} from the table of keys. */
public final class ConfigReference {

  private static final String HEAD =
      """
      # Configuration

      <!-- Made by `aegis config reference`; a test compares. Edit the key table, not this page. -->

      One TOML file: `--config FILE`, or the file named by the environment variable `AEGIS_CONFIG`, or
      `/etc/aegis/aegis.toml` where it exists. On top of it come environment variables, on top of those
      flags (`--set section.key=value`, and short ones such as `--listen`). In a variable or flag, the
      items of a list are separated by commas, and a table is written as inline TOML.

      Whatever is unknown or wrong is an error: all mistakes are printed together, with the file and
      line, variable or flag, and nothing starts. `aegis config check` does just that; `aegis config
      print` shows every effective value and where it comes from.

      A path is absolute, or begins with `./` and is meant from the file it stands in; `--data` may be
      relative to where the command is typed.

      Durations are written `500ms`, `30s`, `15m`, `8h`, `7d` or `1h30m`. Secrets never stand in the
      configuration: a key names the file that holds one.
      """;

  private ConfigReference() {}

  /**
   * Writes the page.
   *
   * @return Markdown text
   */
  public static String markdown() {
    var text = new StringBuilder(HEAD);
    for (String section : Keys.sections()) {
      text.append("\n## `[").append(section).append("]`: ").append(Keys.title(section));
      text.append("\n\n| key | type | default | meaning |\n| --- | --- | --- | --- |\n");
      Keys.inSection(section).forEach(key -> text.append(row(key, key.variable())));
      Keys.inSection(section).forEach(key -> text.append(fields(key)));
    }
    return text.toString();
  }

  private static <T> String row(Key<T> key, String variable) {
    String where = variable.isEmpty() ? "" : "<br>`" + variable + "`";
    return "| `%s`%s | %s | %s | %s |\n"
        .formatted(key.shortName(), where, key.type().name(), whenAbsent(key), key.doc());
  }

  private static <T> String whenAbsent(Key<T> key) {
    String needed =
        key.section().isEmpty()
            ? "required"
            : key.requiredBy().stream()
                .sorted()
                .map(kind -> "`" + kind + "`")
                .collect(Collectors.joining(", ", "required by ", ""));
    return key.requiredBy().isEmpty()
        ? key.defaultValue().map(v -> "`" + key.type().toToml(v) + "`").orElse("not set")
        : needed;
  }

  private static String fields(Key<?> key) {
    if (!(key.type() instanceof TableType<?> table)) {
      return "";
    }
    List<Key<?>> keys = table.keys();
    return "\nEach `[["
        + key.name()
        + "]]` is "
        + table.row()
        + ":\n\n| field | type | default | meaning |\n| --- | --- | --- | --- |\n"
        + keys.stream().map(field -> row(field, "")).collect(Collectors.joining());
  }
}
