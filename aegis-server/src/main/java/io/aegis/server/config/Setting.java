package io.aegis.server.config;

import java.util.List;
import java.util.stream.Collectors;

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
          List.of("flag --set: expected section.key=value, found no key before an '='"));
    }
    String key = argument.substring(0, equals).strip();
    return new Setting(key, argument.substring(equals + 1).strip(), "--set " + key);
  }

  /**
   * Returns the setting of interfaces by name alone: they enforce, and admit no routers and no link
   * control.
   *
   * @param names their names in the kernel
   * @param flag the flag that gave them, for messages
   * @return the setting of {@code agent.interface}
   */
  public static Setting ofInterfaces(List<String> names, String flag) {
    String tables =
        names.stream()
            .map(name -> "{name = " + TomlText.quoted(name) + "}")
            .collect(Collectors.joining(", ", "[", "]"));
    return new Setting(AgentKeys.INTERFACES.name(), tables, flag);
  }
}
