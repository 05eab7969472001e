package io.aegis.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MainTest {
  @TempDir private Path directory;

  private static Ran run(String... args) {
    return Ran.aegis(Map.of(), args);
  }

  @Test
  void help_ofTheRootAndEveryCommand_isPrintedWithExitCodeZero() {
    Commands.commandLine(Ran.unusedTerminal()).getSubcommands().keySet().stream()
        .filter(name -> !name.equals("help"))
        .forEach(name -> {
          Ran help = run(name, "--help");
          assertThat(help.exitCode()).isZero();
          assertThat(help.out()).contains("aegis " + name);
        });
    assertThat(run("--help").out()).contains("Usage: aegis", "Commands:", "Exit codes:");
    assertThat(run("help").exitCode()).isZero();
  }

  @Test
  void version_everywhere_namesProductAndJava() {
    assertThat(run("--version").out()).startsWith("aegis ").contains("Java 25");
    assertThat(run("config", "print", "--version").out()).startsWith("aegis ");
  }

  @Test
  void unknownOption_isOneLineWithASuggestion() {
    Ran ran = run("config", "print", "--confg", "x");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err())
        .isEqualTo(
            "aegis: unknown option '--confg' (did you mean '--config'?); see 'aegis config print"
                + " --help'\n");
  }

  @Test
  void unknownCommand_isOneLineWithASuggestion() {
    Ran ran = run("confg");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err())
        .isEqualTo("aegis: unknown command 'confg' (did you mean 'config'?); see 'aegis --help'\n");
  }

  @Test
  void noCommand_saysSo() {
    Ran ran = run();
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).isEqualTo("aegis: missing required subcommand; see 'aegis --help'\n");
  }

  @Test
  void configPrint_showsValuesAndOrigins() throws Exception {
    Path file = Files.writeString(directory.resolve("a.toml"), "[web]\nmax_connections = 5\n");
    Ran ran = run("config", "print", "--config", file.toString(), "--set", "web.idle_timeout=9s");
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out())
        .contains("max_connections = 5  # " + file + ":2\n")
        .contains("idle_timeout = \"9s\"  # flag --set web.idle_timeout\n")
        .contains("listen = \"127.0.0.1:8443\"  # default\n");
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void configCheck_withMistakes_printsAllAndExitsWithTwo() throws Exception {
    Path file = Files.writeString(directory.resolve("a.toml"), "[web]\nlisen = 1\nx = 2\n");
    Ran ran = run("config", "check", "--config", file.toString());
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err())
        .isEqualTo(
            "aegis: the configuration has 2 mistakes:\n  "
                + file
                + ":2: unknown key 'web.lisen' (did you mean 'web.listen'?)\n  "
                + file
                + ":3: unknown key 'web.x'\n");
    assertThat(ran.out()).isEmpty();
  }

  @Test
  void configCheck_alone_findsWhatAControllerOrAnAgentWouldRefuse() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("a.toml"),
            """
            [identity]
            access_ttl = "2h"

            [agent]
            enforcer = "xpd"

            [[agent.interface]]
            name = "eth0"
            """);
    Ran ran = run("config", "check", "--config", file.toString());
    assertThat(ran.exitCode()).as(ran.out()).isEqualTo(2);
    assertThat(ran.err())
        .startsWith("aegis: the configuration has 2 mistakes:\n  section [identity]: ")
        .contains(" (identity.access_ttl, " + file + ":2)\n")
        .contains("  " + file + ":5: agent.enforcer: there is no enforcer 'xpd'");
  }

  @Test
  void configCheck_ofAGoodFile_saysSo() throws Exception {
    Path file = Files.writeString(directory.resolve("a.toml"), "[web]\nmax_connections = 5\n");
    Ran ran = run("config", "check", "--config", file.toString());
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out())
        .isEqualTo(
            "the configuration is in order: "
                + file
                + "\nnot looked at: the files it names, and this machine (add PROCESS and --here)\n");
  }

  @Test
  void configCheckHere_looksAtTheMachine_andMakesNothing() throws Exception {
    Path data = directory.resolve("data");
    String[] good = {
      "config",
      "check",
      "controller",
      "--here",
      "--set",
      "data.directory=" + data,
      "--set",
      "web.listen=127.0.0.1:0",
      "--set",
      "sync.listen=127.0.0.1:0"
    };
    assertThat(run(good).out()).endsWith("controller can start on this machine\n");
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String[] bad = good.clone();
      bad[7] = "web.listen=127.0.0.1:" + taken.getLocalPort();
      Ran ran = run(bad);
      assertThat(ran.exitCode()).isNotZero();
      assertThat(ran.err()).contains(String.valueOf(taken.getLocalPort())).hasLineCount(1);
    }
    assertThat(data).doesNotExist();
    Ran ofNone = run("config", "check", "--here");
    assertThat(ofNone.exitCode()).isEqualTo(2);
    assertThat(ofNone.err()).contains("for which process?");
  }

  @Test
  void missingKeys_withoutAFile_sayThatNoneWasRead() throws Exception {
    String hint = "(set it in /etc/aegis/aegis.toml, which is not there, by ";
    assertThat(run("config", "check", "agent").err()).contains(hint);
    Path file = Files.writeString(directory.resolve("a.toml"), "");
    assertThat(run("config", "check", "agent", "--config", file.toString()).err())
        .contains("missing key 'agent.controllers'")
        .doesNotContain(hint);
  }

  @Test
  void helpForAnUnknownCommand_isAUsageError() {
    Ran ran = run("nosuch", "--help");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).startsWith("aegis: unknown command 'nosuch'").hasLineCount(1);
    assertThat(run("agent", "stauts", "--help").err()).contains("did you mean 'status'?");
    assertThat(run("agent", "status", "--help").exitCode()).isZero();
  }

  @Test
  void data_relative_isBelowWhereTheCommandWasTyped() {
    assertThat(ConfigOptions.path("data.directory", "here/../there", "--data").text())
        .isEqualTo(Path.of("").toAbsolutePath().resolve("there").toString());
    assertThat(ConfigOptions.path("data.directory", "/there", "--data").text()).isEqualTo("/there");
    // An unset variable of a script is not the directory that the script happens to run in.
    Ran ran = run("controller", "agent-bundle", "x", "--data", "");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err())
        .startsWith("aegis: flag --data: data.directory: expected the absolute path of a file");
    assertThat(ran.err().lines()).hasSize(1);
  }

  @Test
  void configCheck_forAnUnknownProcess_isAUsageError() {
    Ran ran = run("config", "check", "gateway");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("expected controller, agent or standalone, found 'gateway'");
    assertThat(ran.err().lines()).hasSize(1);
  }

  @Test
  void configCheck_forAProcess_alsoFindsWhatDoesNotFitTogether() {
    Ran ran =
        run(
            "config",
            "check",
            "controller",
            "--set",
            "sync.lease=1s",
            "--set",
            "web.idle_timeout=0s");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err())
        .startsWith("aegis: the configuration has 2 mistakes:\n")
        .contains("  section [sync]: ", "  section [web]: ");
    assertThat(run("config", "check", "controller").exitCode()).isZero();
    assertThat(run("config", "check", "agent").err()).contains("missing key 'agent.controllers'");
  }
}
