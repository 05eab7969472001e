package io.aegis.enforcer.tck;

import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.InMemoryEnforcerProvider;
import java.util.Set;

/** Random histories on an enforcer that can do as much as a first kernel backend. */
final class ModestEnforcerHistoryProperties extends EnforcerHistoryProperties {
  @Override
  protected EnforcerFixture newFixture() {
    return new InMemoryFixture(
        new InMemoryEnforcerProvider(Set.of(Capability.IPV6, Capability.ICMP_ECHO)));
  }
}
