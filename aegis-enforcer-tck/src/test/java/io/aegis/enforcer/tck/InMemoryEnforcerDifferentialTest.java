package io.aegis.enforcer.tck;

/** The in-memory enforcer agrees with itself: explained, arrived and counted. */
final class InMemoryEnforcerDifferentialTest extends EnforcerDifferential {
  @Override
  protected EnforcerFixture newFixture() {
    return new InMemoryFixture();
  }
}
