package io.aegis.enforcer.xdp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The libraries as modules, in a Java process of their own: found by ServiceLoader, with native
 * access for the XDP module and nobody else. The other tests run on the class path, where
 * descriptors mean nothing.
 */
@Tag("kernel")
class ModulePathIT {

  private static final Pattern LIBRARY =
      Pattern.compile("aegis-(api|enforcer-spi|enforcer-xdp)/target/(classes|[^/]*\\.jar)");

  /** Takes away an instance that never was: that asks the kernel, and finds nothing. */
  private static final String PROGRAM =
      """
      import io.aegis.enforcer.spi.EnforcerException;
      import io.aegis.enforcer.spi.EnforcerProvider;
      import java.util.ServiceLoader;

      public final class Probe {
        public static void main(String[] arguments) {
          for (var provider : ServiceLoader.load(EnforcerProvider.class)) {
            System.out.println(provider.getClass().getModule().getName() + " " + provider.name());
            if (provider.name().equals("xdp")) {
              try {
                System.out.println("detached " + provider.detach("module-path-it"));
              } catch (EnforcerException e) {
                System.out.println(e.kind() + ": " + e.getMessage());
              }
            }
          }
        }
      }
      """;

  @TempDir private Path folder;

  @Test
  void provider_asModuleWithNativeAccess_reachesTheKernel() throws Exception {
    String output = run("--enable-native-access=io.aegis.enforcer.xdp");
    assertThat(output.lines())
        .containsExactlyInAnyOrder(
            "io.aegis.enforcer.spi memory", "io.aegis.enforcer.xdp xdp", "detached []");
  }

  @Test
  void provider_asModuleWithoutNativeAccess_namesTheFlag() throws Exception {
    assertThat(run())
        .contains("NOT_PERMITTED: ")
        .contains("start Java with --enable-native-access=io.aegis.enforcer.xdp");
  }

  private String run(String... options) throws IOException, InterruptedException {
    Path program = Files.writeString(folder.resolve("Probe.java"), PROGRAM);
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    // Whoever else calls into the kernel dies of it.
    command.add("--illegal-native-access=deny");
    command.addAll(List.of("--module-path", modulePath()));
    command.addAll(List.of("--add-modules", "io.aegis.enforcer.xdp", program.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private static String modulePath() {
    String path =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> LIBRARY.matcher(entry).find())
            .collect(Collectors.joining(File.pathSeparator));
    assertThat(path.split(File.pathSeparator, -1)).as(path).hasSize(3);
    return path;
  }
}
