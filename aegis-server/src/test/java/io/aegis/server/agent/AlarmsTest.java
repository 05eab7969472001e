package io.aegis.server.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every alarm that the server can ring is explained, and nothing else is. */
final class AlarmsTest {
  private static final Pattern RUNG = Pattern.compile("\"ALARM [^\"]*?event=([a-z-]+)");
  private static final Pattern EXPLAINED = Pattern.compile("`([a-z-]+)`");

  @Test
  void alarms_ofTheSources_areThoseOfTheReference() throws Exception {
    Set<String> rung = new TreeSet<>();
    collectFrom(Path.of("src", "main", "java"), rung);
    collectFrom(Path.of("..", "aegis-enforcer-xdp", "src", "main", "java"), rung);
    assertThat(rung).hasSizeGreaterThan(10).isEqualTo(explained());
  }

  private static void collectFrom(Path folder, Set<String> rung) throws IOException {
    try (Stream<Path> sources = Files.walk(folder)) {
      for (Path source : sources.filter(file -> file.toString().endsWith(".java")).toList()) {
        collect(RUNG, Files.readString(source), rung);
      }
    }
  }

  private static Set<String> explained() throws IOException {
    Set<String> explained = new TreeSet<>();
    Path page = Path.of("..", "docs", "reference", "alarms.md");
    for (String line : Files.readAllLines(page)) {
      if (line.startsWith("| `")) {
        collect(EXPLAINED, line.substring(0, line.indexOf('|', 1)), explained);
      }
    }
    return explained;
  }

  private static void collect(Pattern pattern, String text, Set<String> into) {
    pattern.matcher(text).results().map(found -> found.group(1)).forEach(into::add);
  }
}
