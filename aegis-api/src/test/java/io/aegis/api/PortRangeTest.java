package io.aegis.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

final class PortRangeTest {

  @Test
  void parse_readsThreeForms() {
    assertThat(PortRange.parse("443")).isEqualTo(new PortRange(443, 443));
    assertThat(PortRange.parse("8000-8080")).isEqualTo(new PortRange(8000, 8080));
    assertThat(PortRange.parse("any")).isEqualTo(PortRange.ANY);
    assertThat(PortRange.parse("0-65535")).isEqualTo(PortRange.ANY).hasToString("any");
    assertThat(PortRange.parse("0-1")).isEqualTo(new PortRange(0, 1));
    assertThat(PortRange.parse("7-7")).isEqualTo(PortRange.of(7)).hasToString("7");
  }

  @Test
  void parse_anythingElse_isRefused() {
    for (String text :
        List.of(
            "", "0", "0-0", "65536", "1-65536", "2-1", "-1", "1-", "-", "1--2", "1-2-3", " 1", "1 ",
            "+1", "0x10", "http", "ANY", "123456", "1–2", "٣")) {
      assertThatIllegalArgumentException().as("'%s'", text).isThrownBy(() -> PortRange.parse(text));
    }
  }

  @Test
  void constructor_refusesWhatIsNoRange() {
    assertThatIllegalArgumentException().isThrownBy(() -> new PortRange(-1, 5));
    assertThatIllegalArgumentException().isThrownBy(() -> new PortRange(5, 65_536));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PortRange(6, 5))
        .withMessageContaining("6-5");
    assertThatIllegalArgumentException().as("port 0 alone").isThrownBy(() -> new PortRange(0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> PortRange.of(0));
    assertThatIllegalArgumentException().isThrownBy(() -> PortRange.of(65_536));
  }

  @Test
  void contains_bothEndsAndNothingBeyond() {
    var range = new PortRange(8000, 8080);
    assertThat(range.contains(8000)).isTrue();
    assertThat(range.contains(8080)).isTrue();
    assertThat(range.contains(7999)).isFalse();
    assertThat(range.contains(8081)).isFalse();
    assertThat(PortRange.ANY.contains(0)).isTrue();
    assertThat(PortRange.ANY.contains(65_535)).isTrue();
  }

  @Test
  void isAny_isEveryPortAndNoFewer() {
    assertThat(PortRange.ANY.isAny()).isTrue();
    assertThat(new PortRange(1, 65_535).isAny()).isFalse();
    assertThat(new PortRange(0, 65_534).isAny()).isFalse();
    assertThat(PortRange.of(1).isSinglePort()).isTrue();
    assertThat(new PortRange(1, 2).isSinglePort()).isFalse();
  }
}
