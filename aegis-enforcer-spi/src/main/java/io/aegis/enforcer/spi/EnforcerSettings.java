package io.aegis.enforcer.spi;

import static java.util.Objects.requireNonNull;

import io.aegis.api.StaticRule;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * What an enforcer shall protect, and how.
 *
 * @param instance names the enforcement state on this machine, so that it can be taken over; lower
 *     case letters, digits and dashes, at most 32
 * @param interfaces the protected interfaces, at least one, names distinct
 * @param staticRules the gateway's own rules, in force from the start
 * @param maxGrants how many grants can be in force at once, 1 to 4,194,304
 * @param clock the clock on which expiries of grants are meant: the control plane's, as well as it
 *     is known here
 * @param options settings of one backend alone; an unknown name is refused by {@code open}
 */
public record EnforcerSettings(
    String instance,
    List<InterfaceSettings> interfaces,
    List<StaticRule> staticRules,
    int maxGrants,
    InstantSource clock,
    Map<String, String> options) {

  /** The largest number of grants that settings may ask for. */
  public static final int MOST_GRANTS = 1 << 22;

  /**
   * Makes settings.
   *
   * @throws IllegalArgumentException if the instance name is not one, there is no interface, two
   *     have the same name, or the number of grants is out of range
   */
  public EnforcerSettings {
    requireNonNull(clock, "clock");
    if (!instance.matches("[a-z0-9][a-z0-9-]{0,31}")) {
      throw new IllegalArgumentException(
          "an instance is named by 1 to 32 lower-case letters, digits and dashes: '"
              + instance
              + "'");
    }
    interfaces = List.copyOf(interfaces);
    staticRules = List.copyOf(staticRules);
    options = Map.copyOf(options);
    if (interfaces.isEmpty()) {
      throw new IllegalArgumentException("an enforcer protects at least one interface");
    }
    var names = new HashSet<String>();
    for (InterfaceSettings settings : interfaces) {
      if (!names.add(settings.name())) {
        throw new IllegalArgumentException("interface named twice: " + settings.name());
      }
    }
    if (maxGrants < 1 || maxGrants > MOST_GRANTS) {
      throw new IllegalArgumentException(
          "maxGrants must be in 1.." + MOST_GRANTS + ": " + maxGrants);
    }
  }
}
