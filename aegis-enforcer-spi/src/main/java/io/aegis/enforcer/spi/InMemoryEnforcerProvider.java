package io.aegis.enforcer.spi;

import static java.util.Objects.requireNonNull;

import io.aegis.api.EnforcementMode;
import io.aegis.api.StaticRule;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  private static final Set<Capability> EVERYTHING =
      Set.copyOf(
          EnumSet.of(
              Capability.IPV6,
              Capability.PREFIX_TARGETS,
              Capability.PORT_RANGES,
              Capability.ICMP_ECHO,
              Capability.RELATED_ERRORS,
              Capability.AUDIT,
              Capability.SHARED_TUPLES,
              Capability.REASONS,
              Capability.EVENTS,
              Capability.EXPLAIN,
              Capability.EGRESS));

  private final Set<Capability> capabilities;
  private final Map<String, InMemoryEnforcer> open = new ConcurrentHashMap<>();

  /**
   * Makes a provider without instances, of enforcers that can do all that is possible in memory.
   */
  public InMemoryEnforcerProvider() {
    this(EVERYTHING);
  }

  /**
   * Makes a provider of enforcers that can do less, to try how a caller copes with a modest
   * backend. What they lack they refuse, as {@link Capability} says.
   *
   * @param capabilities what they shall be able to do
   * @throws IllegalArgumentException if something is not possible in memory: {@code KERNEL_EXPIRY},
   *     {@code SURVIVES_RESTART}
   */
  public InMemoryEnforcerProvider(Set<Capability> capabilities) {
    if (!EVERYTHING.containsAll(capabilities)) {
      throw new IllegalArgumentException(
          "an enforcer in memory can do " + EVERYTHING + ", not all of " + capabilities);
    }
    this.capabilities = Set.copyOf(capabilities);
  }

  /**
   * Returns what the enforcers of this provider can do.
   *
   * @return an unmodifiable set
   */
  public Set<Capability> capabilities() {
    return capabilities;
  }

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
   *     static rule of the egress direction where that is not filtered, {@code BUSY} if the
   *     instance is open in this provider
   */
  @Override
  public InMemoryEnforcer open(EnforcerSettings settings) {
    requireNonNull(settings, "settings");
    String instance = settings.instance();
    requireFit(settings);
    var enforcer = new InMemoryEnforcer(settings, capabilities, () -> open.remove(instance));
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
  public void check(EnforcerSettings settings) {
    requireFit(settings);
  }

  private void requireFit(EnforcerSettings settings) {
    if (!settings.options().isEmpty()) {
      throw refused(
          Kind.BAD_SETTINGS,
          settings,
          "unknown option "
              + String.join(", ", new TreeSet<>(settings.options().keySet()))
              + " (the in-memory enforcer has no options; remove it)");
    }
    if (!capabilities.contains(Capability.EGRESS)
        && settings.staticRules().stream()
            .anyMatch(rule -> rule.direction() == StaticRule.Direction.EGRESS)) {
      throw refused(
          Kind.UNSUPPORTED, settings, "this enforcer lacks EGRESS; remove the egress rules");
    }
    if (!capabilities.contains(Capability.AUDIT)
        && settings.interfaces().stream().anyMatch(each -> each.mode() == EnforcementMode.AUDIT)) {
      throw refused(
          Kind.UNSUPPORTED, settings, "this enforcer lacks AUDIT; set the interfaces to enforce");
    }
  }

  private static EnforcerException refused(Kind kind, EnforcerSettings settings, String why) {
    return new EnforcerException(kind, "opening instance " + settings.instance() + ": " + why);
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
