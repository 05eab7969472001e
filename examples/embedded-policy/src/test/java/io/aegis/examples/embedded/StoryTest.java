package io.aegis.examples.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.policy.PolicyEngine;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Runs the program as its README says, on the module path of a Java of its own: what is wrong in a
 * module descriptor shows only there.
 */
final class StoryTest {

  @Test
  void main_onTheModulePath_tellsTheStoryOfTheReadme() throws Exception {
    String story = run();

    assertThat(story).contains("admitted  10.77.1.2 to 10.77.2.7 port 443: GRANT");
    assertThat(Files.readString(Path.of("README.md"))).contains("```text\n" + story + "```\n");
  }

  private static String run() throws IOException, InterruptedException, URISyntaxException {
    var modules = new ArrayList<String>();
    for (Class<?> type : List.of(Main.class, PolicyEngine.class, Enforcer.class, Grant.class)) {
      modules.add(
          Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
    }
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--module-path",
                String.join(File.pathSeparator, modules),
                "--module",
                "io.aegis.examples.embedded/io.aegis.examples.embedded.Main")
            .redirectErrorStream(true)
            .start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(output).isZero();
      return output;
    } finally {
      process.destroyForcibly();
    }
  }
}
