package io.aegis.server.config;

/**
 * A value given on the command line.
 *
 * @param key the full name of the key
 * @param text the value: text for scalars, items separated by commas for lists, TOML for tables
 * @param flag the flag that gave it, for messages
 */
public record Setting(String key, String text, String flag) {

  /**
   * Reads the argument of {@code --set}.
   *
   * @param argument {@code section.key=value}
   * @return the setting
   * @throws ConfigException if there is no equals sign
   */
  public static Setting parse(String argument) {
    int equals = argument.indexOf('=');
    if (equals < 1) {
      throw new ConfigException(
          java.util.List.of("flag --set: expected section.key=value, found no key before an '='"));
    }
    String key = argument.substring(0, equals).strip();
    return new Setting(key, argument.substring(equals + 1).strip(), "--set " + key);
  }
}
