package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.tck.EnforcerContract;
import io.aegis.enforcer.tck.EnforcerFixture;
import org.junit.jupiter.api.Tag;

/** The XDP enforcer keeps the contract. */
@Tag("kernel")
final class XdpEnforcerContractIT extends EnforcerContract {
  @Override
  protected EnforcerFixture newFixture() {
    return new XdpFixture();
  }
}
