package io.aegis.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Controller and agent in one process, as users start it. */
final class StandaloneTest {
  @TempDir private Path directory;
  private Path data;

  @BeforeEach
  void nameTheData() {
    data = directory.resolve("data");
  }

  private String[] args(String... more) {
    var args =
        new ArrayList<String>(
            List.of("standalone", "--data", data.toString(), "--enforcer", "memory"));
    args.addAll(List.of("--interface", "sim0", "--listen", "127.0.0.1:0"));
    args.addAll(List.of(more));
    return args.toArray(String[]::new);
  }

  @Test
  void start_ofAFreshDirectory_printsThePasswordOnceAndOpensAService() throws Exception {
    try (var server = RunningAegis.start(args())) {
      String url = server.awaitReady();
      Story.openAndCloseAService(url, data, server.initialPassword());
      assertThat(server.stop()).isZero();
      assertThat(server.err()).isEmpty();
    }
    try (var again = RunningAegis.start(args())) {
      assertThat(again.awaitReady()).startsWith("https://127.0.0.1:");
      assertThat(again.linesBeforeReady()).hasSize(1);
    }
  }

  @Test
  void service_thatIsAPrefixAndARange_isOpenedAndClosed() throws Exception {
    try (var server = RunningAegis.start(args())) {
      String url = server.awaitReady();
      Story.openAndCloseAService(url, data, server.initialPassword(), "10.77.2.0/24:8000-8080");
      assertThat(server.stop()).isZero();
      assertThat(server.err()).isEmpty();
    }
  }

  @Test
  void start_withAFileForThePassword_writesItForItsOwnerAlone() throws Exception {
    Path file = directory.resolve("root");
    try (var server = RunningAegis.start(args("--set", "identity.initial_password_file=" + file))) {
      String url = server.awaitReady();
      assertThat(server.linesBeforeReady().getFirst())
          .isEqualTo("first login: the initial password of 'root' is in " + file);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      Story.openAndCloseAService(url, data, Files.readString(file).strip());
    }
    assertThat(directory.toFile().list()).containsExactlyInAnyOrder("data", "root");
  }

  @Test
  void start_whenThePasswordCannotBeWritten_makesNoRoot() throws Exception {
    Path file = directory.resolve("absent").resolve("root");
    Ran ran = Ran.aegis(Map.of(), args("--set", "identity.initial_password_file=" + file));
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err())
        .startsWith("aegis: writing root's initial password to " + file)
        .contains("identity.initial_password_file");
    assertThat(data).doesNotExist();
    try (var server = RunningAegis.start(args())) {
      assertThat(server.awaitReady()).isNotEmpty();
      assertThat(server.initialPassword()).isNotEmpty();
    }
  }

  @Test
  void terminate_ofTheRealProgram_endsInOrderWithExitCodeZero() throws Exception {
    // As 'java -jar' starts it, whose manifest enables native access and can say no more.
    var jvm = List.of("--enable-native-access=ALL-UNNAMED");
    try (var process = AegisProcess.startPlain(jvm, directory.resolve("err"), args())) {
      String url = process.awaitLine("ready: ").substring("ready: ".length());
      try (var client = new Client(url, data)) {
        assertThat(client.get("/api/auth/me")).startsWith("401 ");
      }
      process.terminate();
      assertThat(process.exitCode()).isZero();
      assertThat(process.err()).doesNotContain("WARN", "ERROR", "Exception");
    }
  }
}
