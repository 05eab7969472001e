package io.aegis.examples.nftables;

import io.aegis.enforcer.tck.EnforcerFixture;
import io.aegis.enforcer.tck.EnforcerHistoryProperties;
import net.jqwik.api.Tag;

/** The nftables enforcer agrees with the model on random histories. */
@Tag("kernel")
final class NftablesEnforcerHistoryPropertiesIT extends EnforcerHistoryProperties {
  @Override
  protected EnforcerFixture newFixture() {
    return new NftablesFixture();
  }
}
