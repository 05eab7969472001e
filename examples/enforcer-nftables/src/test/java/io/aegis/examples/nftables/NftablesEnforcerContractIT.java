package io.aegis.examples.nftables;

import io.aegis.enforcer.tck.EnforcerContract;
import io.aegis.enforcer.tck.EnforcerFixture;
import org.junit.jupiter.api.Tag;

/** The nftables enforcer keeps the contract, on real frames. */
@Tag("kernel")
final class NftablesEnforcerContractIT extends EnforcerContract {
  @Override
  protected EnforcerFixture newFixture() {
    return new NftablesFixture();
  }
}
