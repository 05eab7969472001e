package io.aegis.api;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

final class PortRangeProperties {

  @Property
  void parse_ofTheText_isTheRange(
      @ForAll @IntRange(max = 65_535) int first,
      @ForAll @IntRange(min = 1, max = 65_535) int last) {
    Assume.that(first <= last);
    var range = new PortRange(first, last);
    assertThat(PortRange.parse(range.toString())).isEqualTo(range);
  }
}
