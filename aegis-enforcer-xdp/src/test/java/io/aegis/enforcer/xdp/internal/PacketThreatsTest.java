package io.aegis.enforcer.xdp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every test that {@code docs/reference/packet-threats.md} names is there. */
class PacketThreatsTest {

  private static final Path TABLE = Path.of("../docs/reference/packet-threats.md");
  private static final List<Path> SOURCES =
      List.of(
          Path.of("src/test/java"),
          Path.of("../aegis-enforcer-tck/src/main/java"),
          Path.of("../aegis-enforcer-spi/src/test/java"));
  private static final Pattern NAMED = Pattern.compile("`([A-Z][A-Za-z]+)\\.([a-z]\\w+)`");

  private record Named(String type, String method) {}

  @Test
  void table_namesTestsThatAreThere() throws IOException {
    List<Named> named =
        NAMED
            .matcher(Files.readString(TABLE))
            .results()
            .map(match -> new Named(match.group(1), match.group(2)))
            .toList();

    assertThat(named).hasSizeGreaterThan(30);
    for (Named each : named) {
      assertThat(source(each.type)).as(each.type).contains(" " + each.method + "(");
    }
  }

  private static String source(String type) throws IOException {
    for (Path folder : SOURCES) {
      try (Stream<Path> files = Files.walk(folder)) {
        var found = files.filter(file -> file.endsWith(type + ".java")).findFirst();
        if (found.isPresent()) {
          return Files.readString(found.get());
        }
      }
    }
    throw new AssertionError("there is no class " + type);
  }
}
