package io.aegis.enforcer.spi;

import static java.util.Objects.requireNonNull;

import io.aegis.api.StaticRule;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Opens {@link InMemoryEnforcer}s; its name is {@code memory} and it has no options. Instances live
 * in this provider object: nothing survives them, and two providers know nothing of each other.
 *
 * <p>Thread-safe.
 */
public final class InMemoryEnforcerProvider implements EnforcerProvider {

  /** The name by which configuration picks it. */
  public static final String NAME = "memory";

  private final Map<String, InMemoryEnforcer> open = new ConcurrentHashMap<>();

  /** Makes a provider without instances. */
  public InMemoryEnforcerProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  /**
   * Opens an enforcer without grants.
   *
   * @param settings what to protect and how; interfaces need not exist
   * @return the enforcer; the caller closes it
   * @throws EnforcerException of kind {@code BAD_SETTINGS} for an option, {@code UNSUPPORTED} for a
   *     static rule of the egress direction, {@code BUSY} if the instance is open in this provider
   */
  @Override
  public InMemoryEnforcer open(EnforcerSettings settings) {
    requireNonNull(settings, "settings");
    String instance = settings.instance();
    if (!settings.options().isEmpty()) {
      throw new EnforcerException(
          Kind.BAD_SETTINGS,
          "opening instance "
              + instance
              + ": unknown option "
              + String.join(", ", new TreeSet<>(settings.options().keySet()))
              + " (the in-memory enforcer has no options; remove it)");
    }
    if (settings.staticRules().stream()
        .anyMatch(rule -> rule.direction() == StaticRule.Direction.EGRESS)) {
      throw new EnforcerException(
          Kind.UNSUPPORTED,
          "opening instance "
              + instance
              + ": the in-memory enforcer filters no egress; remove the egress rules");
    }
    var enforcer = new InMemoryEnforcer(settings, () -> open.remove(instance));
    if (open.putIfAbsent(instance, enforcer) != null) {
      throw new EnforcerException(
          Kind.BUSY,
          "opening instance "
              + instance
              + ": it is open already in this provider; close it or choose another name");
    }
    return enforcer;
  }

  @Override
  public List<String> detach(String instance) {
    if (open.containsKey(requireNonNull(instance, "instance"))) {
      throw new EnforcerException(
          Kind.BUSY,
          "detaching instance " + instance + ": it is open; call detach() on its enforcer");
    }
    return List.of();
  }
}
