package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.tck.EnforcerDifferential;
import io.aegis.enforcer.tck.EnforcerFixture;
import org.junit.jupiter.api.Tag;

/** The kernel agrees with the reference: the attached program and its dry-run twin. */
@Tag("kernel")
final class XdpEnforcerDifferentialIT extends EnforcerDifferential {

  /** Longer than a page: the kernel splits the frame over several buffers. */
  private static final int JUMBO_FRAME = 9_014;

  @Override
  protected EnforcerFixture newFixture() {
    return new XdpFixture();
  }

  @Override
  protected int frames() {
    return 200_000;
  }

  @Override
  protected int longestFrame() {
    return JUMBO_FRAME;
  }
}
