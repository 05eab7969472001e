package io.aegis.examples.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever imports aegis-bom gets the libraries that the tests of this build run on. */
final class BomTest {

  private static final Pattern PIN =
      Pattern.compile("<artifactId>([^<]+)</artifactId>\\s*<version>([0-9][^<]*)</version>");

  @Test
  void bom_librariesOfOthers_areOfTheVersionsTestedWith() throws Exception {
    String bom = Files.readString(Path.of("../../aegis-bom/pom.xml"));
    String managed = bom.substring(0, bom.indexOf("</dependencyManagement>"));
    List<String> jars =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .map(entry -> Path.of(entry).getFileName().toString())
            .toList();

    List<String> pinned =
        PIN.matcher(managed.substring(managed.indexOf("<dependencyManagement>")))
            .results()
            .map(pin -> pin.group(1) + "-" + pin.group(2) + ".jar")
            .toList();

    assertThat(pinned).hasSize(2);
    assertThat(jars).as("aegis-bom/pom.xml has the versions of pom.xml").containsAll(pinned);
  }
}
