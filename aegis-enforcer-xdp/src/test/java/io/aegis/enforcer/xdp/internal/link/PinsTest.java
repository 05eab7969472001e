package io.aegis.enforcer.xdp.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.enforcer.xdp.internal.link.Pins.LinkPin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PinsTest {

  private final Pins pins = new Pins("edge");

  @ParameterizedTest
  @ValueSource(strings = {"eth0", "eth0.10", "br-lan", "a_b", "_002e", "wan@1", "ä"})
  void link_ofAnyName_isReadBack(String name) {
    LinkPin pin = pins.link(7, name);

    assertThat(pin.path().getFileName().toString()).matches("link_7_[A-Za-z0-9_-]+");
    assertThat(Pins.linkOf(pin.path())).contains(pin);
  }

  @Test
  void link_ofOtherPins_isNone() {
    assertThat(Pins.linkOf(pins.map("aegis_grants"))).isEmpty();
  }
}
