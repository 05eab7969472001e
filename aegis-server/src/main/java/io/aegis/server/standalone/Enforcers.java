package io.aegis.server.standalone;

import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.server.config.AgentKeys;
import io.aegis.server.config.Config;
import io.aegis.server.config.ConfigException;
import io.aegis.server.config.Suggestion;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The enforcers there are, by name. Stateless. */
public final class Enforcers {

  private Enforcers() {}

  /**
   * Returns the provider that the configuration names. Nothing else is ever taken in its place.
   *
   * @param config the configuration
   * @return the provider
   * @throws ConfigException if there is none of that name, naming those there are
   */
  public static EnforcerProvider configured(Config config) {
    return named(
        config.get(AgentKeys.ENFORCER), config.values().origin(AgentKeys.ENFORCER).toString());
  }

  /**
   * Returns the provider of a name.
   *
   * @param name for example {@code xdp} or {@code memory}
   * @param origin who names it, for messages
   * @return the provider
   * @throws ConfigException if there is none of that name, naming those there are
   */
  public static EnforcerProvider named(String name, String origin) {
    return named(name, origin, ServiceLoader.load(EnforcerProvider.class));
  }

  static EnforcerProvider named(String name, String origin, Iterable<EnforcerProvider> providers) {
    var byName = new TreeMap<String, EnforcerProvider>();
    for (EnforcerProvider provider : providers) {
      EnforcerProvider other = byName.put(provider.name(), provider);
      if (other != null) {
        throw new IllegalStateException(
            "two enforcers are named '%s': %s and %s (take one jar off the class path)"
                .formatted(
                    provider.name(), other.getClass().getName(), provider.getClass().getName()));
      }
    }
    EnforcerProvider found = byName.get(name);
    if (found == null) {
      throw new ConfigException(
          List.of(
              origin
                  + ": agent.enforcer: there is no enforcer '"
                  + name
                  + "'"
                  + Suggestion.didYouMean(name, byName.keySet())
                  + "; there are: "
                  + String.join(", ", byName.keySet())
                  + " (those of a plugin: if its jar is in AEGIS_PLUGINS)"));
    }
    return found;
  }
}
