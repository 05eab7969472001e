package io.aegis.examples.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.policy.PolicyEngine;
import java.io.File;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the program as its README says, on the module path of a Java of its own: what is wrong in a
 * module descriptor shows only there.
 */
final class StoryTest {

  @Test
  void main_onTheModulePath_tellsTheStoryOfTheReadme(@TempDir Path directory) throws Exception {
    String story = run(directory.resolve("story.txt"));

    assertThat(story).contains("admitted  10.77.1.2 to 10.77.2.7 port 443: GRANT");
    assertThat(Files.readString(Path.of("README.md"))).contains("```text\n" + story + "```\n");
  }

  private static String run(Path output) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--module-path",
                modulePath(),
                "--module",
                "io.aegis.examples.embedded/io.aegis.examples.embedded.Main")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("it ends").isTrue();
      String story = Files.readString(output);
      assertThat(process.exitValue()).as(story).isZero();
      return story;
    } finally {
      process.destroyForcibly();
    }
  }

  private static String modulePath() throws URISyntaxException {
    var modules = new ArrayList<String>();
    for (Class<?> type : List.of(Main.class, PolicyEngine.class, Enforcer.class, Grant.class)) {
      URI location = type.getProtectionDomain().getCodeSource().getLocation().toURI();
      modules.add(Path.of(location).toString());
    }
    return String.join(File.pathSeparator, modules);
  }
}
