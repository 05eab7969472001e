package io.aegis.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class DurationTextTest {

  @Test
  void parse_ofUnitsAndSums_addsThem() {
    assertThat(DurationText.parse("500ms")).isEqualTo(Duration.ofMillis(500));
    assertThat(DurationText.parse("8h")).isEqualTo(Duration.ofHours(8));
    assertThat(DurationText.parse("1h30m")).isEqualTo(Duration.ofMinutes(90));
    assertThat(DurationText.parse("7d")).isEqualTo(Duration.ofDays(7));
  }

  @Test
  void parse_ofAnythingElse_isRefused() {
    for (String text : new String[] {"", "30", "s", "-1s", "1.5h", "1 h", "1w", "30S"}) {
      assertThatThrownBy(() -> DurationText.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found '" + text + "'");
    }
  }

  @Test
  void format_ofAnyDuration_readsBack() {
    for (long millis : new long[] {0, 1, 999, 1_000, 61_000, 86_400_001, 5_400_000}) {
      Duration duration = Duration.ofMillis(millis);
      assertThat(DurationText.parse(DurationText.format(duration))).isEqualTo(duration);
    }
    assertThat(DurationText.format(Duration.ofMinutes(90))).isEqualTo("1h30m");
  }
}
