package io.aegis.server.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The table of all keys. What is not in it cannot be configured. */
public final class Keys {

  /** Sections in the order in which they are printed, with what they are about. */
  private static final Map<String, String> TITLES = new LinkedHashMap<>();

  private static final List<Key<?>> ALL = new ArrayList<>();

  static {
    TITLES.put("data", "what is kept");
    TITLES.put("web", "the HTTPS server of a controller");
    TITLES.put("sync", "the controller's end of the way to its gateways");
    TITLES.put("identity", "users and their sessions");
    TITLES.put("controller", "activations");
    TITLES.put("agent", "one gateway");
    ALL.addAll(ControllerKeys.ALL);
    ALL.addAll(AgentKeys.ALL);
  }

  private Keys() {}

  /**
   * Returns every key.
   *
   * @return in the order in which they are printed
   */
  public static List<Key<?>> all() {
    return List.copyOf(ALL);
  }

  static List<String> sections() {
    return List.copyOf(TITLES.keySet());
  }

  static String title(String section) {
    return TITLES.getOrDefault(section, section);
  }

  static List<Key<?>> inSection(String section) {
    return ALL.stream().filter(key -> key.section().equals(section)).toList();
  }
}
