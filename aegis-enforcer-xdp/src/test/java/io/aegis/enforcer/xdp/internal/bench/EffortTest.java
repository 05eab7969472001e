package io.aegis.enforcer.xdp.internal.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

class EffortTest {

  @Test
  void full_wholeRun_takesEveryFrameOnce() {
    Effort full = Effort.FULL;
    var taken = new HashSet<Integer>();
    for (int repetition = 0; repetition < full.repetitions(); repetition++) {
      for (int step = 0; step < full.frames(); step++) {
        assertThat(taken.add(full.frame(repetition, step))).isTrue();
      }
    }
    assertThat(taken).hasSize(Frames.COUNT).allMatch(i -> i >= 0 && i < Frames.COUNT);
    assertThat(full.repetitions()).isGreaterThanOrEqualTo(9);
    assertThat(full.repeats()).isEqualTo(10_000);
  }

  @Test
  void effort_framesThatDoNotDivide_isRefused() {
    assertThatThrownBy(() -> new Effort(1, 7, 1, 2, 1, 100, 1))
        .hasMessage("100 frames are no multiple of 7");
  }
}
