package io.aegis.enforcer.xdp.internal.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rows, and what people and machines see of them. */
class RowTest {

  private static final Series FLOOR = new Series(List.of(50.0, 60.0, 40.0));

  private static Row row(@Nullable Double budget) {
    return new Row("admit", "ns", new Series(List.of(100.0, 150.0, 60.0)), FLOOR, budget);
  }

  @Test
  void isMet_medianOfTheRatios_decides() {
    assertThat(row(2.0).isMet()).isTrue();
    assertThat(row(1.99).isMet()).isFalse();
    assertThat(row(null).isMet()).isNull();
  }

  @Test
  void budget_withoutFloor_limitsTheValueItself() {
    Row row = new Row("snapshot", "ms", FLOOR, null, 50.0);
    assertThat(row.isMet()).isTrue();
    assertThat(Table.lines(List.of(row)).get(1)).contains("≤ 50.0 ms").endsWith("met");
    assertThat(new Row("snapshot", "ms", FLOOR, null, 49.0).isMet()).isFalse();
  }

  @Test
  void table_missedAndMet_saysByHowMuch() {
    List<String> lines = Table.lines(List.of(row(1.0), row(2.0), Row.plain("floor", "ns", FLOOR)));
    assertThat(lines.get(1)).contains("100 ns", "60.0..150", "2.00", "1.50..2.50", "≤ 1.00");
    assertThat(lines.get(1)).endsWith("missed, 2.00 × the budget");
    assertThat(lines.get(2)).endsWith("met");
    assertThat(lines.get(3)).endsWith("40.0..60.0");
  }

  @Test
  void json_everyField_isThereOrNull() {
    assertThat(Json.of(List.of(row(1.0), Row.plain("a \"floor\"", "ns", FLOOR))))
        .isEqualTo(
            """
            [
              {"name": "admit", "value": 100.0000, "unit": "ns", "floor": 50.0000, "ratio": 2.0000, \
            "budget": 1.0, "met": false, \
            "spread": {"value": [60.0000, 150.0000], "ratio": [1.5000, 2.5000]}},
              {"name": "a \\"floor\\"", "value": 50.0000, "unit": "ns", "floor": null, "ratio": null, \
            "budget": null, "met": null, "spread": {"value": [40.0000, 60.0000], "ratio": null}}
            ]
            """);
  }

  @Test
  void text_controlCharacters_areEscaped() {
    assertThat(Json.text("a\\b\nµ")).isEqualTo("\"a\\\\b\\u000aµ\"");
  }
}
