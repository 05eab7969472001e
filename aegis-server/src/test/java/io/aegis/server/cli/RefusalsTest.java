package io.aegis.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.server.pki.AgentBundle;
import io.aegis.server.pki.ControllerPki;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each mistake gets one clear line and the right exit code, and nothing half done. */
final class RefusalsTest {
  @TempDir private Path directory;

  private Ran standalone(String... more) {
    var args =
        new ArrayList<String>(
            List.of(
                "standalone",
                "--data",
                directory.resolve("data").toString(),
                "--enforcer",
                "memory",
                "--interface",
                "sim0",
                "--listen",
                "127.0.0.1:0"));
    args.addAll(List.of(more));
    return Ran.aegis(Map.of(), args.toArray(String[]::new));
  }

  private static void assertOneLine(Ran ran, int exitCode, String... parts) {
    assertThat(ran.err().lines()).as(ran.err()).hasSize(1);
    assertThat(ran.err()).startsWith("aegis: ").contains(parts).doesNotContain("\tat ");
    assertThat(ran.exitCode()).isEqualTo(exitCode);
    assertThat(ran.out()).doesNotContain("ready:");
  }

  @Test
  void standalone_withAPortInUse_namesAddressAndKey() throws Exception {
    try (var taken = new ServerSocket()) {
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      String address = "127.0.0.1:" + taken.getLocalPort();
      Ran ran = standalone("--listen", address);
      assertOneLine(ran, 1, "127.0.0.1", Integer.toString(taken.getLocalPort()), "web.listen");
      assertThat(ran.out()).as("a failed start keeps the password for a later one").isEmpty();
      assertThat(directory.resolve("data")).doesNotExist();
    }
  }

  @Test
  void controller_withAPortInUse_namesTheListenerForAgentsToo() throws Exception {
    try (var taken = new ServerSocket()) {
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      String listen = "sync.listen=127.0.0.1:" + taken.getLocalPort();
      String data = directory.resolve("data").toString();
      Ran ran = Ran.aegis(Map.of(), "controller", "--data", data, "--set", listen);
      assertOneLine(ran, 1, Integer.toString(taken.getLocalPort()), "sync.listen", "ss -ltnp");
      assertThat(directory.resolve("data")).doesNotExist();
    }
  }

  @Test
  void standalone_atAnAddressOfAnotherMachine_saysSo() {
    // RFC 5737: an address of nobody.
    assertOneLine(
        standalone("--listen", "192.0.2.1:8443"), 1, "192.0.2.1", "no interface", "web.listen");
    assertThat(directory.resolve("data")).doesNotExist();
  }

  @Test
  void standalone_withADataDirectoryThatIsAFile_namesIt() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    assertOneLine(standalone("--data", file.toString()), 1, file.toString(), "data.directory");
  }

  @Test
  void standalone_withADataDirectoryBelowAFile_namesIt() throws Exception {
    Path below = Files.createFile(directory.resolve("file")).resolve("data");
    assertOneLine(standalone("--data", below.toString()), 1, below.toString(), "data.directory");
  }

  @Test
  void standalone_withADatabaseOfANewerVersion_refusesAndChangesNothing() throws Exception {
    startAndStop();
    Path database = directory.resolve("data").resolve("aegis.db");
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        var statement = connection.createStatement()) {
      statement.executeUpdate(
          """
          INSERT INTO flyway_schema_history
            (installed_rank, version, description, type, script, checksum, installed_by,
             execution_time, success)
          VALUES (999, '999', 'from the future', 'SQL', 'V999__from_the_future.sql', 1, 'x', 1, 1)
          """);
    }
    assertOneLine(standalone(), 1, database.toString(), "newer version", "999");
  }

  @Test
  void standalone_withAnEnforcerThatThereIsNot_namesThoseThereAre() {
    assertOneLine(
        standalone("--enforcer", "memry"),
        2,
        "flag --enforcer: agent.enforcer: there is no enforcer 'memry' (did you mean 'memory'?)",
        "there are: memory");
    assertThat(directory.resolve("data")).doesNotExist();
  }

  @Test
  void standalone_withoutInterface_saysWhichKeyIsMissing() {
    Ran ran = Ran.aegis(Map.of(), "standalone", "--enforcer", "memory");
    assertOneLine(ran, 2, "missing key 'agent.interface'", "--set agent.interface=");
  }

  @Test
  void standalone_withValuesThatDoNotFitEachOther_tellsAll() {
    Ran ran = standalone("--set", "sync.lease=1s", "--set", "identity.session_ttl=1m");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err())
        .startsWith("aegis: the configuration has 2 mistakes:\n")
        .contains("  section [identity]: session lifetime")
        .contains("  section [sync]: ");
    assertThat(directory.resolve("data")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "-400, 'expired at'", // the certificate is old, or the clock runs ahead
    "400, 'is valid from'" // the clock is behind
  })
  void agent_whoseCertificateIsNotValidNow_namesFileAndClock(int days, String words)
      throws Exception {
    Clock then = Clock.offset(Clock.systemUTC(), Duration.ofDays(days));
    ControllerPki pki =
        ControllerPki.open(directory.resolve("pki"), Set.of("controller.test"), then);
    Path bundle = directory.resolve("bundle");
    var controllers = List.of(InetSocketAddress.createUnresolved("controller.test", 8444));
    assertThat(AgentBundle.write(pki.authority(), "north", bundle, controllers, then)).isNotEmpty();
    Ran ran =
        Ran.aegis(
            Map.of(),
            "agent",
            "--config",
            bundle.resolve("agent.toml").toString(),
            "--set",
            "data.directory=" + directory.resolve("data"),
            "--enforcer",
            "memory");
    assertOneLine(ran, 1, bundle.resolve("agent.crt").toString(), words, "set the clock");
    assertThat(directory.resolve("data")).doesNotExist();
  }

  @Test
  void anyServer_withoutNativeAccess_namesTheFlag() throws Exception {
    try (var process =
        AegisProcess.startPlain(
            List.of(),
            directory.resolve("err"),
            "standalone",
            "--data",
            directory.resolve("data").toString(),
            "--enforcer",
            "memory",
            "--interface",
            "sim0")) {
      assertThat(process.exitCode()).isEqualTo(2);
      assertThat(process.err())
          .startsWith("aegis: starting: native access is not enabled")
          .contains("--enable-native-access=ALL-UNNAMED");
      assertThat(process.err().lines()).hasSize(1);
      assertThat(directory.resolve("data")).doesNotExist();
    }
  }

  private void startAndStop() throws Exception {
    try (var server =
        RunningAegis.start(
            "standalone",
            "--data",
            directory.resolve("data").toString(),
            "--enforcer",
            "memory",
            "--interface",
            "sim0",
            "--listen",
            "127.0.0.1:0")) {
      server.awaitReady();
    }
  }
}
