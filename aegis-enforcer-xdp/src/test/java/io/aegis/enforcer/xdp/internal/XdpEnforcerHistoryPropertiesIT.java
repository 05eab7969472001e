package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.tck.EnforcerFixture;
import io.aegis.enforcer.tck.EnforcerHistoryProperties;
import net.jqwik.api.Tag;

/** The XDP enforcer agrees with the model on random histories. */
@Tag("kernel")
final class XdpEnforcerHistoryPropertiesIT extends EnforcerHistoryProperties {
  @Override
  protected EnforcerFixture newFixture() {
    return new XdpFixture();
  }
}
