package io.aegis.enforcer.tck;

import io.aegis.enforcer.spi.InMemoryEnforcerProvider;
import java.util.Set;

/** An enforcer that can do nothing optional keeps the contract too: it refuses. */
final class ModestEnforcerContractTest extends EnforcerContract {
  @Override
  protected EnforcerFixture newFixture() {
    return new InMemoryFixture(new InMemoryEnforcerProvider(Set.of()));
  }
}
