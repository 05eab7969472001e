package io.aegis.enforcer.xdp.internal;

import io.aegis.api.StaticRule;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.InterfaceSettings;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Settings for tests. */
final class Settings {

  private Settings() {}

  static EnforcerSettings of(String instance, String... interfaces) {
    return of(
        instance, Arrays.stream(interfaces).map(InterfaceSettings::enforcing).toList(), List.of());
  }

  static EnforcerSettings of(
      String instance, List<InterfaceSettings> interfaces, List<StaticRule> rules) {
    return new EnforcerSettings(
        instance, interfaces, rules, 1000, InstantSource.system(), Map.of());
  }
}
