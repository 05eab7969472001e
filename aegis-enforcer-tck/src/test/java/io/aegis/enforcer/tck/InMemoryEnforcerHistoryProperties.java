package io.aegis.enforcer.tck;

/** The in-memory enforcer agrees with the model on random histories. */
final class InMemoryEnforcerHistoryProperties extends EnforcerHistoryProperties {
  @Override
  protected EnforcerFixture newFixture() {
    return new InMemoryFixture();
  }
}
