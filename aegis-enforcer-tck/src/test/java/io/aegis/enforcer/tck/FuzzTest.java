package io.aegis.enforcer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FuzzTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path folder;

  private int run(String... arguments) {
    return Fuzz.run(List.of(arguments), to(out), to(err));
  }

  private static PrintStream to(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String told() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void run_ofTheReferenceItself_agrees() {
    int status =
        run("--enforcer", "memory", "--interface", "any0", "--minutes", "0", "--seed", "17");

    assertThat(status).as(told()).isZero();
    assertThat(printed()).contains("seed 17", "all agree");
  }

  @Test
  void run_replay_comparesWhatWasSaved() throws Exception {
    Path saved = folder.resolve("saved.txt");
    Files.writeString(saved, "a case\n  frame arp / cut 41\n    drop MALFORMED\n");

    assertThat(run("--enforcer", "memory", "--interface", "any0", "--replay", saved.toString()))
        .as(told())
        .isZero();
    assertThat(printed()).contains("1 cases: all agree");
  }

  @Test
  void run_replayOfWhatIsNoCorpus_saysWhere() throws Exception {
    Path saved = folder.resolve("saved.txt");
    Files.writeString(saved, "a case\n  fraem arp\n");

    assertThat(run("--enforcer", "memory", "--interface", "any0", "--replay", saved.toString()))
        .isEqualTo(1);
    assertThat(told()).contains("saved.txt:2", "'fraem' is not understood");
  }

  @Test
  void run_help_tellsTheUsage() {
    assertThat(run("--help")).isZero();
    assertThat(printed()).contains("--minutes N", "needs root", "Exit status");
  }

  @Test
  void run_whatIsNotUnderstood_isRefusedBeforeAnythingIsMade() {
    assertThat(run("--minute", "3")).isEqualTo(2);
    assertThat(run("--minutes")).isEqualTo(2);
    assertThat(run("--minutes", "many")).isEqualTo(2);
    assertThat(run("--minutes", "-1")).isEqualTo(2);
    assertThat(run("--save", folder.resolve("none").toString())).isEqualTo(2);
    assertThat(run("--replay", folder.toString())).isEqualTo(2);
    assertThat(run("--enforcer", "wishful")).isEqualTo(2);
    assertThat(told())
        .contains("unknown argument: --minute;", "--minutes needs a value", "no whole number")
        .contains("no folder", "no file", "--enforcer wishful: there is none of that name, but")
        .contains("memory");
  }
}
