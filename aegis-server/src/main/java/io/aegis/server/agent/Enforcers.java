package io.aegis.server.agent;

import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerProvider;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** Finds enforcers by their configured names. */
public final class Enforcers {

  private Enforcers() {}

  /**
   * Finds the enforcer that configuration names.
   *
   * @param name for example {@code xdp} or {@code memory}
   * @return its provider
   * @throws EnforcerException of kind {@code BAD_SETTINGS} if there is none of that name; the
   *     message lists those there are
   */
  public static EnforcerProvider named(String name) {
    var found = new TreeMap<String, EnforcerProvider>();
    ServiceLoader.load(EnforcerProvider.class).forEach(each -> found.put(each.name(), each));
    EnforcerProvider provider = found.get(name);
    if (provider == null) {
      throw new EnforcerException(
          EnforcerException.Kind.BAD_SETTINGS,
          "there is no enforcer '"
              + name
              + "'; there are: "
              + (found.isEmpty()
                  ? "none (is a backend on the class path?)"
                  : String.join(", ", found.keySet())));
    }
    return provider;
  }
}
