package io.aegis.enforcer.xdp.internal.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeriesTest {

  @Test
  void median_oddAndEven_isTheMiddle() {
    assertThat(new Series(List.of(9.0, 1.0, 2.0)).median()).isEqualTo(2);
    assertThat(new Series(List.of(9.0, 1.0, 2.0, 4.0)).median()).isEqualTo(3);
  }

  @Test
  void spread_unsorted_isLeastAndMost() {
    var series = new Series(List.of(5.0, 1.0, 9.0));
    assertThat(series.least()).isEqualTo(1);
    assertThat(series.most()).isEqualTo(9);
  }

  @Test
  void dividedBy_disturbedAtOneTime_cancelsOut() {
    var values = new Series(List.of(10.0, 40.0, 10.0));
    var floor = new Series(List.of(5.0, 20.0, 5.0));
    assertThat(values.dividedBy(floor).values()).containsExactly(2.0, 2.0, 2.0);
  }

  @Test
  void dividedBy_otherLength_isRefused() {
    var two = new Series(List.of(1.0, 2.0));
    assertThatThrownBy(() -> two.dividedBy(new Series(List.of(1.0))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void series_withoutValues_isRefused() {
    assertThatThrownBy(() -> new Series(List.of())).hasMessage("nothing was measured");
  }
}
