package io.aegis.enforcer.tck;

/** The in-memory enforcer keeps the contract. */
final class InMemoryEnforcerContractTest extends EnforcerContract {
  @Override
  protected EnforcerFixture newFixture() {
    return new InMemoryFixture();
  }
}
