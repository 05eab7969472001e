package io.aegis.policy.document;

import static io.aegis.policy.document.Documents.READER;
import static io.aegis.policy.document.Documents.WHOLE;
import static io.aegis.policy.document.Documents.ended;
import static io.aegis.policy.document.Documents.problems;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What no file may do, be it a mistake or meant: it ends in a document or in problems with their
 * places, in bounded time and memory, and in nothing else.
 */
final class BadInputTest {

  /** One on each line; {@code ¶} is a line break, {@code ⇥} a tab. */
  private static final String ODDITIES =
      """
      "\\u"
      "\\u12
      "\\UFFFFFFFF"
      "\\x"
      "\\x
      "\\
      "\\uD800"
      |99
      |0
      >-+
      |-1 x
      &
      *
      & a
      !
      !<
      !<>
      !%zz x
      !a!b c
      ?
      - -
      ]
      }
      ,
      [
      {
      %
      %YAML
      %YAML 99999999999.1
      %YAML 3.0
      %TAG
      %TAG ! !
      @
      `
      '
      "
      --- |
      ... x
      <<: *a
      a: b: c
      [a: b: c]
      {a, b}
      [? a : b]
      ⇥- a
      - a¶b
      a:¶ - b¶  - c
      a: 'b' c
      a: "b" c
      x: !!binary ====
      """;

  /** Processor time: far more than any 10 MB take, far less than what explodes. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What reading may allocate in all, beside the garbage of a bounded number of passes. */
  private static final long MOST_ALLOCATED = 3L << 30;

  /** Reads, and returns the problems. Whatever else comes out fails the test. */
  private static List<String> read(byte[] bytes) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    long started = threads.getCurrentThreadCpuTime();
    List<String> problems = problems(bytes);
    assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - started)).isLessThan(PATIENCE);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_ALLOCATED);
    assertThat(problems).allMatch(p -> p.matches("line [0-9]+, column [0-9]+: [^\\n]{5,2000}"));
    return problems;
  }

  private static List<String> read(String text) {
    return read(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String full(String piece) {
    return piece.repeat((DocumentReader.MOST_BYTES - 100) / piece.length());
  }

  @Test
  void everyTruncation_isRefusedWithItsPlace() {
    byte[] whole = WHOLE.stripTrailing().getBytes(StandardCharsets.UTF_8);
    assertThat(read(whole)).isEmpty();
    for (int length = 0; length < whole.length; length++) {
      assertThat(read(Arrays.copyOf(whole, length))).isNotEmpty();
    }
  }

  @Test
  void oneByteChanged_anywhere_isADocumentOrProblemsWithPlaces() {
    byte[] whole = WHOLE.getBytes(StandardCharsets.UTF_8);
    byte[] others = "\0\t\n\r '\"#%&*:,-?[]{}|>!<~a0\u00e9".getBytes(StandardCharsets.UTF_8);
    var random = new Random(4);
    for (int i = 0; i < whole.length; i++) {
      byte[] changed = whole.clone();
      changed[i] = others[random.nextInt(others.length)];
      read(changed);
      changed[i] = (byte) random.nextInt(256);
      read(changed);
    }
  }

  @Test
  void linesRemovedDoubledAndSwapped_areADocumentOrProblemsWithPlaces() {
    List<String> lines = WHOLE.lines().toList();
    var random = new Random(7);
    for (int round = 0; round < 2_000; round++) {
      var changed = new java.util.ArrayList<>(lines);
      for (int change = 0; change <= random.nextInt(4); change++) {
        int at = random.nextInt(changed.size());
        String line = changed.get(at);
        switch (random.nextInt(4)) {
          case 0 -> changed.remove(at);
          case 1 -> changed.add(random.nextInt(changed.size()), line);
          case 2 -> changed.set(at, " ".repeat(random.nextInt(6)) + line.strip());
          default -> changed.set(at, line.substring(0, random.nextInt(line.length() + 1)));
        }
      }
      read(String.join("\n", changed));
    }
  }

  @Test
  void randomBytes_areRefused() {
    var random = new Random(11);
    for (int round = 0; round < 2_000; round++) {
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      assertThat(read(bytes)).isNotEmpty();
    }
  }

  @Test
  void odditiesOfYaml_areRefusedWithTheirPlaces() {
    for (String written : ODDITIES.lines().toList()) {
      String oddity = written.replace("¶", "\n").replace("⇥", "\t");
      assertThat(read(oddity)).as(oddity).isNotEmpty();
      assertThat(read("format: 1\nroles: " + oddity + "\n...")).as(oddity).isNotEmpty();
      assertThat(read("format: 1\nroles: {" + oddity + ": {}}\n...")).hasSizeLessThan(10);
    }
  }

  @Test
  void aLaughingBomb_isRefusedAtItsFirstAnchor() {
    var bomb = new StringBuilder("format: 1\na0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 30; i++) {
      String alias = "*a" + (i - 1);
      bomb.append("a").append(i).append(": &a").append(i).append(" [");
      bomb.append(IntStream.range(0, 9).mapToObj(_ -> alias).collect(Collectors.joining(", ")));
      bomb.append("]\n");
    }
    assertThat(read(bomb.toString()))
        .contains("line 2, column 5: anchors are refused (remove the '&' and the name behind it)")
        .contains("line 3, column 10: aliases are refused (write out what '*' stands for)");
  }

  @Test
  void tenMegabytes_ofAnything_areBounded() {
    assertThat(read(full("a"))).isNotEmpty();
    assertThat(read(full("a: b\n"))).isNotEmpty();
    assertThat(read("[" + full("a,"))).isNotEmpty();
    assertThat(read(ended("format: 1\n" + full("#\n")))).isEmpty();
    assertThat(read(ended("format: 1\n" + full(" ")))).isEmpty();
    assertThat(read("a: \"" + full("x "))).isNotEmpty();
    assertThat(read("a: |\n" + full("  x\n"))).isNotEmpty();
    assertThat(read(full("'"))).isNotEmpty();
    assertThat(read(full("- "))).isNotEmpty();
    assertThat(read(full("? "))).isNotEmpty();
    assertThat(read(full("&a "))).isNotEmpty();
    assertThat(read(full("😀"))).isNotEmpty();
    assertThat(read(full("---\n"))).isNotEmpty();
    assertThat(read("a: \"b\"" + full(" ") + "x y: z")).isNotEmpty();
  }

  @Test
  void deepNesting_isRefusedWhereItBecomesTooDeep() {
    assertThat(read(full("[")))
        .containsExactly(
            "line 1, column 17: this is nested deeper than any policy is (the most is 16)");
    assertThat(read(full("{a: "))).singleElement().asString().contains("nested deeper");
    String stairs =
        IntStream.range(0, 2_000)
            .mapToObj(i -> " ".repeat(i) + "a:\n")
            .collect(Collectors.joining());
    assertThat(read(stairs)).singleElement().asString().contains("nested deeper");
  }

  @Test
  void moreThanTenMegabytes_areRefusedWithoutReadingOn() throws Exception {
    assertThat(read(new byte[DocumentReader.MOST_BYTES + 1]))
        .containsExactly(
            "line 1, column 1: the document is longer than 10 MB, which is the most that is read"
                + " (split it)");
    var endless = new EndlessStream();
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(() -> READER.read(endless)).getMessage())
        .contains("longer than 10 MB");
    assertThat(endless.read).isLessThanOrEqualTo(DocumentReader.MOST_BYTES + 1);
  }

  private static final class EndlessStream extends InputStream {
    private long read;

    @Override
    public int read() {
      read++;
      return 'a';
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      Arrays.fill(bytes, offset, offset + length, (byte) 'a');
      read += length;
      return length;
    }
  }

  @Test
  void aHundredThousandMistakes_areCountedAndNotAllListed() {
    String text =
        "format: 1\nroles: {clerk: {}}\nrules:\n"
            + IntStream.range(0, 60_000)
                .mapToObj(i -> "  r%d: {permit: role clrk%d, to: service s%d}\n".formatted(i, i, i))
                .collect(Collectors.joining("", "", "..."));
    InvalidDocumentException e =
        org.assertj.core.api.Assertions.catchThrowableOfType(
            InvalidDocumentException.class,
            () -> READER.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))));
    assertThat(e.problems()).hasSize(1_000);
    assertThat(e.more()).isEqualTo(119_000);
    assertThat(e).hasMessageEndingWith("\nand 119000 more");
  }

  @Test
  void aLargePolicyOnOneLine_isReadInTimeProportionalToItsLength() throws Exception {
    String rules =
        IntStream.range(0, 100_000)
            .mapToObj(i -> "r%d: {permit: role c, to: service s%d}".formatted(i, i % 1_000))
            .collect(Collectors.joining(", "));
    String services =
        IntStream.range(0, 1_000)
            .mapToObj(i -> "s%d: {targets: [], lifetime: {hard: 1h}}".formatted(i))
            .collect(Collectors.joining(", "));
    String text =
        "{format: 1, roles: {c: {}}, services: {" + services + "}, rules: {" + rules + "}}\n...";
    assertThat(READER.read(text).policy().rules()).hasSize(100_000);
  }

  @Test
  void manyGroupsInARow_andInACircle_areRead() {
    String chain =
        IntStream.range(0, 50_000)
            .mapToObj(i -> "  g%d: {in: [g%d]}\n".formatted(i, i + 1))
            .collect(Collectors.joining());
    assertThat(read("format: 1\ngroups:\n" + chain + "  g50000: {}\n...")).isEmpty();
    assertThat(read("format: 1\ngroups:\n" + chain + "  g50000: {in: [g0]}\n..."))
        .singleElement()
        .asString()
        .contains("groups lie in a circle");
  }
}
