package io.aegis.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;

/** Groups of groups, held to the plainest reading: who can be reached by steps upwards. */
final class GroupsProperties {

  private static final List<String> NAMES = List.of("a", "b", "c", "d", "e", "f");

  @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
  @Property
  void groups_areRefusedExactlyIfOneContainsItself(
      @ForAll("parents") Map<String, Set<String>> parents) {
    boolean round = NAMES.stream().anyMatch(name -> above(parents, name).contains(name));

    assertThat(Groups.cycles(parents).isEmpty()).isEqualTo(!round);
    for (List<String> cycle : Groups.cycles(parents)) {
      for (int i = 0; i < cycle.size(); i++) {
        assertThat(parents.get(cycle.get(i))).contains(cycle.get((i + 1) % cycle.size()));
      }
    }
    if (round) {
      assertThatIllegalArgumentException().isThrownBy(() -> Groups.of(parents));
    }
    Statistics.label("round").collect(round);
    Statistics.label("round")
        .coverage(coverage -> {
          coverage.check(true).percentage(share -> share > 10);
          coverage.check(false).percentage(share -> share > 10);
        });
  }

  @Property
  void resolve_isEverythingAbove(
      @ForAll("parents") Map<String, Set<String>> parents, @ForAll("names") Set<String> direct) {
    if (Groups.cycles(parents).isEmpty()) {
      Set<String> expected = new HashSet<>(direct);
      direct.forEach(name -> expected.addAll(above(parents, name)));

      assertThat(Groups.of(parents).resolve(direct)).isEqualTo(expected);
    }
  }

  /** Everything that takes one step or more, as many times as there are names. */
  private static Set<String> above(Map<String, Set<String>> parents, String name) {
    Set<String> above = new HashSet<>(parents.getOrDefault(name, Set.of()));
    for (String _ : NAMES) {
      for (String each : List.copyOf(above)) {
        above.addAll(parents.getOrDefault(each, Set.of()));
      }
    }
    return above;
  }

  @Provide
  Arbitrary<Map<String, Set<String>>> parents() {
    return Arbitraries.maps(Arbitraries.of(NAMES), names().filter(names -> names.size() < 3))
        .ofMaxSize(NAMES.size());
  }

  @Provide
  Arbitrary<Set<String>> names() {
    return Arbitraries.of(NAMES).set().ofMaxSize(3);
  }
}
