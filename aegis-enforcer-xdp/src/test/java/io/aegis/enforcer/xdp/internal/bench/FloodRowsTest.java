package io.aegis.enforcer.xdp.internal.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.enforcer.xdp.internal.bench.FloodLab.Flood;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Rows of floods of which some were lost. */
class FloodRowsTest {

  private static final String BUSY = "of 100 frames only 40 arrived";

  private final FloodRows rows =
      new FloodRows(Set.of(FloodRows.FLOOR, FloodRows.AEGIS, FloodRows.NFTABLES));

  FloodRowsTest() {
    for (int i = 0; i < 3; i++) {
      rows.add(FloodRows.FLOOR, new Flood(100, 5_000, 10, 6_000));
      rows.add(FloodRows.AEGIS, new Flood(100, 10_000, 60, 12_000));
    }
  }

  private Row row(String end) {
    return row(rows, end);
  }

  private static Row row(FloodRows rows, String end) {
    return rows.rows().stream().filter(row -> row.name().endsWith(end)).findFirst().orElseThrow();
  }

  @Test
  void rows_ofAGuardThatWasGivenUp_sayWhy_andTheOthersAreThere() {
    rows.add(FloodRows.NFTABLES, new Flood(100, 30_000, 0, 30_000)); // then it was too busy
    rows.giveUp(FloodRows.NFTABLES, BUSY);
    assertThat(row("dropped by nftables").obstacle()).isEqualTo(BUSY);
    assertThat(row("second, nftables").obstacle()).isEqualTo(BUSY);
    assertThat(row("5,000 grants").ratio()).isEqualTo(new Series(List.of(2.0, 2.0, 2.0)));
    assertThat(row("÷ nftables").values()).isNotNull();
    assertThat(row("÷ nftables").ratio()).isNull();
    assertThat(row("CPU of the agent during a flood").values()).isNotNull();
    List<String> lines = Table.lines(rows.rows());
    assertThat(lines).hasSize(8).anyMatch(line -> line.endsWith("not measured, because " + BUSY));
    assertThat(Json.of(rows.rows()))
        .contains(
            "\"value\": null, \"unit\": \"ns\", \"floor\": null, \"ratio\": null, \"budget\": null,"
                + " \"met\": null, \"spread\": {\"value\": null, \"ratio\": null},"
                + " \"not_measured\": \"of 100 frames");
  }

  @Test
  void rows_withoutTheFloor_haveNoRatio() {
    rows.giveUp(FloodRows.FLOOR, BUSY);
    rows.giveUp(FloodRows.NFTABLES, BUSY);
    assertThat(row("that only drops").obstacle()).isEqualTo(BUSY);
    assertThat(row("5,000 grants").values()).isNotNull();
    assertThat(row("5,000 grants").ratio()).isNull();
  }

  @Test
  void row_thatABudgetCompares_isNotMeasuredWithoutTheOther() {
    var filtered = new FloodRows(Set.of(FloodRows.AEGIS, FloodRows.XDP_FILTER));
    filtered.add(FloodRows.AEGIS, new Flood(100, 10_000, 60, 12_000));
    filtered.giveUp(FloodRows.XDP_FILTER, BUSY);
    Row compared = row(filtered, "÷ xdp-filter");
    assertThat(compared.obstacle()).isEqualTo(BUSY);
    assertThat(compared.isMet()).isNull();
  }

  @Test
  void rows_ofGuardsThatAreNotThere_areLeftOut() {
    rows.giveUp(FloodRows.NFTABLES, BUSY);
    assertThat(rows.rows()).extracting(Row::name).noneMatch(name -> name.contains("xdp-filter"));
  }
}
