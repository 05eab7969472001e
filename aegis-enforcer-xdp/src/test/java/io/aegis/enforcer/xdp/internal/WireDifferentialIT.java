package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.tck.EnforcerDifferential;
import io.aegis.enforcer.tck.EnforcerFixture;
import org.junit.jupiter.api.Tag;

/** What really leaves is what the reference lets out: {@link WireFixture}. */
@Tag("kernel")
final class WireDifferentialIT extends EnforcerDifferential {

  @Override
  protected EnforcerFixture newFixture() {
    return new WireFixture();
  }

  /** A third of them leaves. */
  @Override
  protected int frames() {
    return 40_000;
  }
}
