package io.aegis.policy.cel;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.policy.AccessRequest;
import io.aegis.policy.Condition;
import io.aegis.policy.Device;
import io.aegis.policy.Fact;
import io.aegis.policy.InvalidConditionException;
import io.aegis.policy.InvalidConditionException.Mistake;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Texts that are no conditions, or nearly: a mistake with a place comes out, or a condition. */
class FuzzProperties {

  private static final String WHOLE =
      "version_at_least(device.os_version, \"14.5\") && (\"webauthn\" in auth.methods\n"
          + "  || fresh(device[\"kernel\"], \"1h30m\")) && !within_hours(\"Fri 22:00-06:00\", "
          + "\"Europe/Berlin\") && principal.groups.exists(g, g.startsWith('fin') ? size(g) > 3 :"
          + " has(device.jailbroken)) && in_network(source.address, '10.0.0.0/8')";

  /** Long enough for a machine that does ten other things; what hangs takes longer. */
  private static final Duration LONG = Duration.ofSeconds(5);

  private static void assertTaken(String text) {
    long start = System.nanoTime();
    try {
      Condition condition = Requests.compile(text);
      for (AccessRequest request : List.of(Requests.full(), Requests.bare())) {
        assertThat(condition.evaluate(request).validUntil()).isAfter(request.now());
      }
    } catch (InvalidConditionException e) {
      assertThat(e.mistakes())
          .hasSizeBetween(1, 20)
          .allSatisfy(mistake -> assertPlaced(mistake, text));
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG);
  }

  private static void assertPlaced(Mistake mistake, String text) {
    List<String> lines = text.lines().toList();
    assertThat(mistake.line()).isLessThanOrEqualTo(lines.size() + 1);
    assertThat(mistake.column()).isLessThanOrEqualTo(text.length() + 1);
    assertThat(mistake.text())
        .doesNotContain("dev.cel", "java.", "Exception", "<EOF>", "container", "_&&_")
        .doesNotContainPattern("[\\p{Cc}\\u2028\\u2029]")
        .hasSizeLessThan(400);
  }

  @Example
  void every_truncation() {
    for (int end = 0; end < WHOLE.length(); end++) {
      assertTaken(WHOLE.substring(0, end));
      assertTaken(WHOLE.substring(end));
    }
    assertTaken(WHOLE);
  }

  @Property(tries = 1_000)
  void mutations(
      @ForAll("conditions") String text,
      @ForAll("places") List<Integer> places,
      @ForAll("splinters") String splinter) {
    StringBuilder mutated = new StringBuilder(text);
    for (int place : places) {
      int at = Math.floorMod(place, mutated.length() + 1);
      switch (Math.floorMod(place / 7, 3)) {
        case 0 -> mutated.insert(at, splinter);
        case 1 -> mutated.replace(at, Math.min(at + 1, mutated.length()), splinter);
        default -> mutated.delete(at, Math.min(at + 2, mutated.length()));
      }
    }
    assertTaken(mutated.toString());
  }

  /** As long as a condition may be, and made to make a parser go astray. */
  @Example
  void long_texts() {
    List<String> units =
        List.of(
            "true?",
            "true?true:",
            "(",
            "[",
            "{",
            "!",
            "-",
            "\\",
            "\"",
            "?:",
            "1+",
            "f(f,",
            "1<2<",
            "device.a.",
            "device.a && ",
            "(device.a && ",
            "[1].exists(x,",
            "device.a in [",
            "!(",
            "(((((((((true))))))))) && ",
            "authenticated_within(\"1h\") || ",
            "x ? y : ",
            "{1:",
            "within_hours(\"Sat 01:30-02:30\", \"Europe/Berlin\") && ",
            "has(device.a) || ");
    for (String unit : units) {
      String text = unit.repeat(Vocabulary.LONGEST_CONDITION / unit.length() - 1);
      assertTaken(text);
      assertTaken(text + "true");
    }
  }

  @Example
  void text_of_a_helper_makes_no_second_line() {
    for (String helper : List.of("within_hours", "in_network", "version_below", "fresh")) {
      assertTaken(helper + "(device.x, \"a\\nb\\u2028c" + "d".repeat(3_000) + "\")");
      assertTaken(helper + "(\"a\\nb;\\u0000" + "d".repeat(3_000) + "\", \"UTC\")");
    }
  }

  @Property(tries = 300)
  void anything(@ForAll String text) {
    assertTaken(text);
  }

  @Property(tries = 300)
  void tokens_in_any_order(@ForAll("tokens") String text) {
    assertTaken(text);
  }

  /** Whatever a device may report: a result comes out. */
  @Property(tries = 1_000)
  void facts(@ForAll("conditions") String text, @ForAll("values") List<Object> values) {
    var names = List.of("os_version", "patch_level", "kernel", "addresses", "disk_encryption");
    var facts = new HashMap<String, Fact>();
    for (int i = 0; i < Math.min(values.size(), names.size()); i++) {
      facts.put(names.get(i), new Fact(values.get(i), Requests.NOW));
    }
    AccessRequest request = Requests.full().from(new Device("d", facts));

    assertThat(Requests.evaluate(text, request).validUntil()).isAfter(request.now());
  }

  @Provide
  Arbitrary<List<Object>> values() {
    Arbitrary<Object> any =
        Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(40),
            Arbitraries.of("1.2.3.4.5.6.7.8.9", "1..2", "999999999999999999999", "14.5-", "::1%x"),
            Arbitraries.longs(),
            Arbitraries.of(true, false),
            Arbitraries.strings().ofMaxLength(20).list().ofMaxSize(20));
    return any.list().ofMaxSize(5);
  }

  @Provide
  Arbitrary<String> conditions() {
    return Texts.conditions(Arbitraries.oneOf(Texts.timed(), Texts.timeless()));
  }

  @Provide
  Arbitrary<List<Integer>> places() {
    return Arbitraries.integers().between(0, 1_000_000).list().ofMinSize(1).ofMaxSize(4);
  }

  @Provide
  Arbitrary<String> splinters() {
    return Arbitraries.of(
        "",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "'",
        "&&",
        "||",
        "!",
        "?",
        ":",
        ".",
        ",",
        "-",
        "0",
        "9",
        "e9",
        "u",
        "null",
        " in ",
        "device",
        "x",
        "\u0000",
        "\ud83d",
        "\u2028",
        "\n",
        "\\",
        "r'",
        "b'",
        "@",
        "$",
        "`",
        "//",
        "size",
        ".exists(x, ",
        "99999999999999999999",
        "true");
  }

  @Provide
  Arbitrary<String> tokens() {
    Arbitrary<String> words =
        Arbitraries.of(
            "device",
            ".",
            "os_version",
            "(",
            ")",
            "&&",
            "||",
            "!",
            "==",
            "\"14.5\"",
            "1",
            "in",
            "[",
            "]",
            ",",
            "has",
            "exists",
            "within_hours",
            "fresh",
            "x",
            "?",
            ":",
            "-",
            "+",
            "size",
            "auth.methods",
            "principal.claims",
            "{",
            "}",
            "null",
            "1.5e300",
            "all",
            "map",
            "int");
    return Combinators.combine(words.list().ofMaxSize(40), Arbitraries.of("", " "))
        .as((list, between) -> String.join(between, list));
  }
}
