package io.aegis.enforcer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.IpAddress;
import io.aegis.api.Reason;
import io.aegis.enforcer.spi.InMemoryEnforcerProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What docs/guides/writing-an-enforcer.md shows is compiled and runs. */
final class GuideTest {
  private static final Path GUIDE = Path.of("../docs/guides/writing-an-enforcer.md");
  private static final Path SOURCES = Path.of("src/test/java/io/aegis/enforcer/tck");
  private static final String MINE = block("text", "a grant for one port admits");

  private static String block(String language, String beginning) {
    return blocks(language).stream()
        .filter(text -> text.startsWith(beginning))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> blocks(String language) {
    try {
      return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
          .matcher(Files.readString(GUIDE))
          .results()
          .map(match -> match.group(1))
          .toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void javaOfTheGuide_standsInTheTestsOfThisModule() throws IOException {
    var compiled = new StringBuilder();
    try (var files = Files.list(SOURCES)) {
      for (Path file : files.toList()) {
        compiled.append(withoutIndentation(Files.readString(file)));
      }
    }
    List<String> shown = blocks("java");
    assertThat(shown).hasSizeGreaterThan(4);
    assertThat(shown)
        .allSatisfy(code -> assertThat(compiled.toString()).contains(withoutIndentation(code)));
  }

  private static String withoutIndentation(String code) {
    return code.replaceAll("(?m)^ +", "");
  }

  @Test
  void casesOfTheGuide_areRead() {
    assertThat(Corpus.read("guide", MINE)).hasSize(2);
  }

  @Test
  void frameOfTheGuide_isTheDefectItSays() {
    byte[] frame =
        FrameBuilder.ethernet()
            .vlan(0x8100, 7)
            .ip(IpAddress.parse("10.77.1.5"), IpAddress.parse("10.77.2.7"))
            .tcpSyn(40_000, 443)
            .with("doff", 4) // a deliberate defect
            .bytes();
    var fixture = new InMemoryFixture();
    try (var enforcer = fixture.open(fixture.settings())) {
      assertThat(enforcer.explain("outside0", frame).reason()).isEqualTo(Reason.MALFORMED);
    }
  }

  /** The cases of the guide beside the standard ones, on an enforcer that lacks what they need. */
  @Nested
  final class WithItsCases extends VerdictContract {
    @Override
    protected EnforcerFixture newFixture() {
      return new InMemoryFixture(new InMemoryEnforcerProvider(Set.of()));
    }

    @Override
    protected List<PacketCase> cases() {
      var all = new ArrayList<>(Corpus.standard());
      all.addAll(Corpus.read("mine", MINE));
      return all;
    }
  }
}
