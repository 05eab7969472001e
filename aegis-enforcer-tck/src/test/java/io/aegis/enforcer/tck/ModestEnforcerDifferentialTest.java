package io.aegis.enforcer.tck;

import io.aegis.enforcer.spi.InMemoryEnforcerProvider;
import java.util.Set;

/** The reference does no more than the enforcer that is held to it can do. */
final class ModestEnforcerDifferentialTest extends EnforcerDifferential {
  @Override
  protected EnforcerFixture newFixture() {
    return new InMemoryFixture(new InMemoryEnforcerProvider(Set.of()));
  }
}
