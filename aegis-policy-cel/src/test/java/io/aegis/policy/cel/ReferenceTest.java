package io.aegis.policy.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.policy.InvalidConditionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Runs what docs/reference/conditions.md shows. */
class ReferenceTest {

  private static final Path PAGE = Path.of("../docs/reference/conditions.md");
  private static final Pattern ROW =
      Pattern.compile("^\\| `([^`]+)` \\|.*\\| `([^`]+)` \\|$", Pattern.MULTILINE);
  private static final Pattern BLOCK = Pattern.compile("```text\n(.*?)\n```", Pattern.DOTALL);

  private static String page() throws IOException {
    return Files.readString(PAGE);
  }

  private static List<String> blocks() throws IOException {
    return BLOCK.matcher(page()).results().map(found -> found.group(1)).toList();
  }

  @Test
  void every_variable_and_helper_has_an_example_that_holds() throws IOException {
    var names = new ArrayList<String>();
    Matcher row = ROW.matcher(page());
    while (row.find()) {
      names.add(row.group(1).replaceFirst("\\(.*", ""));
      assertThat(row.group(2).contains(names.getLast().replace("NAME", ""))).isTrue();
      assertThat(Requests.told(Requests.evaluate(row.group(2), Requests.full())))
          .as(row.group(2))
          .isEqualTo("holds");
    }
    List<String> all =
        Stream.of(
                Stream.of(Variable.values()).map(Variable::toString),
                Stream.of("device.id", "device.NAME"),
                Vocabulary.helpers().stream())
            .flatMap(each -> each)
            .toList();
    assertThat(names).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void condition_at_the_top_holds() throws IOException {
    assertThat(Requests.told(Requests.evaluate(blocks().getFirst(), Requests.full())))
        .isEqualTo("holds");
  }

  @Test
  void sentences_about_single_conditions_are_true() throws IOException {
    assertThat(page())
        .contains("`has(device.mdm) && device.mdm`")
        .contains("`device[\"os-vendor\"] == \"acme\"`")
        .contains("`Mon-Thu 08:00-18:00; Fri 08:00-15:00`")
        .contains("`device.disk_encryption is absent`");
    assertThat(told("has(device.mdm) && device.mdm")).isEqualTo("fails");
    assertThat(told("device[\"os-vendor\"] == \"acme\"")).isEqualTo("holds");
    assertThat(told("within_hours('Mon-Thu 08:00-18:00; Fri 08:00-15:00', 'UTC')"))
        .isEqualTo("fails");
    assertThat(Requests.told(Requests.evaluate("device.disk_encryption", Requests.bare())))
        .isEqualTo("device.disk_encryption is absent");
  }

  private static String told(String condition) {
    return Requests.told(Requests.evaluate(condition, Requests.full()));
  }

  @Test
  void bounds_are_as_told() throws IOException {
    assertThat(page())
        .contains("| characters of a condition | %,d |".formatted(Vocabulary.LONGEST_CONDITION))
        .contains("| nesting | " + Vocabulary.DEEPEST + " |")
        .contains("taken to have " + Inspection.ASSUMED_LIST + " entries")
        .contains("| %,d; one loop".formatted(Inspection.MOST_STEPS))
        .contains("when it runs | %,d |".formatted(RequestValues.MOST_TURNS))
        .contains("loops and functions look at | %,d |".formatted(RequestValues.LONGEST_LIST))
        .contains("look at | %,d |".formatted(RequestValues.LONGEST_TEXT));
  }

  @Test
  void mistakes_are_told_as_shown() throws IOException {
    List<String> blocks = blocks();
    assertThatThrownBy(() -> Requests.compile(blocks.get(blocks.size() - 2)))
        .isInstanceOf(InvalidConditionException.class)
        .hasMessage(blocks.getLast());
  }
}
