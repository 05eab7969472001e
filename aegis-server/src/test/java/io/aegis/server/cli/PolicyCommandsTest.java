package io.aegis.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PolicyCommandsTest {
  private static final String EXAMPLE = "../examples/policy/office.yaml";
  private static final String REFERENCE = "../docs/reference/";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private Path directory;

  private static Ran policy(String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "policy";
    System.arraycopy(args, 0, all, 1, args.length);
    return Ran.aegis(Map.of(), all);
  }

  private static JsonNode json(Ran ran) throws Exception {
    assertThat(ran.out().lines()).hasSize(1);
    return MAPPER.readTree(ran.out());
  }

  private Path file(String name, String text) throws Exception {
    return Files.writeString(directory.resolve(name), text);
  }

  private String changed(String regex, String replacement) throws Exception {
    String text = Files.readString(Path.of(EXAMPLE));
    String after = text.replaceAll(regex, replacement);
    assertThat(after).isNotEqualTo(text);
    return file("changed.yaml", after).toString();
  }

  @Test
  void help_ofEveryCommand_hasItsUsageAndAnExample() {
    for (String name : List.of("check", "test", "lint", "explain", "diff", "replay")) {
      Ran help = policy(name, "--help");
      assertThat(help.exitCode()).isZero();
      assertThat(help.out())
          .contains("Usage: aegis policy " + name, "  aegis policy " + name + " ", "Exit codes:");
    }
    assertThat(policy("--help").out()).contains("schema", "reference");
  }

  @Test
  void example_isInOrder_passesAndHasNoWarnings() throws Exception {
    assertThat(policy("check", EXAMPLE))
        .isEqualTo(
            new Ran(
                0, EXAMPLE + " is in order: policy version 1: 3 services, 4 rules, 7 tests\n", ""));
    assertThat(policy("test", EXAMPLE)).isEqualTo(new Ran(0, "7 passed, 0 failed\n", ""));
    assertThat(policy("lint", EXAMPLE)).isEqualTo(new Ran(0, "0 warnings\n", ""));
    assertThat(json(policy("check", "--json", EXAMPLE)).get("rules").asInt()).isEqualTo(4);
    assertThat(json(policy("check", "--json", EXAMPLE)).get("problems")).isEmpty();
    assertThat(policy("check", "--json", "--print", EXAMPLE).exitCode()).isEqualTo(2);
    assertThat(json(policy("test", "--json", EXAMPLE)).get("tests")).hasSize(7);
  }

  @Test
  void check_printed_isTheSamePolicyAgain() throws Exception {
    Path printed = file("printed.yaml", policy("check", "--print", EXAMPLE).out());
    assertThat(policy("check", "--print", printed.toString()).out())
        .isEqualTo(Files.readString(printed));
    assertThat(policy("diff", EXAMPLE, printed.toString()).exitCode()).isZero();
  }

  @Test
  void check_aDocumentWithMistakes_exitsWithTwoAndTellsAll() throws Exception {
    String file = changed("device.disk_encryption\n", "devise.disk_encryption\n");
    Ran ran = policy("check", file);
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .startsWith(file + ":41:10: the condition is refused: ")
        .endsWith("aegis: " + file + " has 1 mistake; nothing of it is used\n");

    Ran machine = policy("test", "--json", file);
    assertThat(machine.exitCode()).isEqualTo(2);
    assertThat(json(machine).at("/result").asText()).isEqualTo("refused");
    assertThat(json(machine).at("/problems/0/line").asInt()).isEqualTo(41);
  }

  @Test
  void test_thatFails_exitsWithOneAndSaysWhy() throws Exception {
    String file = changed("may not reach ssh", "may reach ssh");
    Ran ran = policy("test", file);
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out())
        .startsWith(file + ":60:5: alice from 10.1.2.3 may reach ssh\n  it is denied at ")
        .contains("has no permit for service 'Shells on the servers'")
        .endsWith("\n6 passed, 1 failed\n");
    assertThat(json(policy("test", "--json", file)).at("/failed").asInt()).isEqualTo(1);
  }

  @Test
  void lint_withWarnings_exitsWithOne() throws Exception {
    String file = changed("10.2.0.0/24:22", "10.2.0.0/24:1-100");
    Ran ran = policy("lint", file);
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out()).contains("(sensitive-port)\n").endsWith("2 warnings\n");
    assertThat(json(policy("lint", "--json", file)).at("/warnings/0/kind").asText())
        .isEqualTo("sensitive-port");
  }

  @Test
  void explain_tellsTheDecisionAndEveryRuleThatIsAboutIt() throws Exception {
    String asked = "carol from 10.1.2.5 at 2026-03-02T09:00 UTC may reach ssh";
    Ran denied = policy("explain", EXAMPLE, asked);
    assertThat(denied.exitCode()).isEqualTo(1);
    assertThat(denied.out())
        .contains("denied: rule 'sysadmins-reach-machines'", "which does not hold")
        .doesNotContain("clerks-do-the-pay");
    assertThat(policy("explain", "--all", EXAMPLE, asked).out()).contains("clerks-do-the-pay");

    Ran permitted =
        policy("explain", "--json", EXAMPLE, "{test: " + asked + ", methods: [webauthn]}");
    assertThat(permitted.exitCode()).isZero();
    assertThat(json(permitted).at("/permitted").asBoolean()).isTrue();
    assertThat(json(permitted).at("/valid_until").asText()).isEqualTo("2026-03-02T09:15:00Z");
  }

  @Test
  void explain_untilTheSessionEnds_saysSo() {
    String asked =
        "{test: carol from 10.1.2.5 at 2026-03-02T09:00 UTC may reach ssh, methods: [webauthn],"
            + " session: 5m}";
    assertThat(policy("explain", EXAMPLE, asked).out())
        .contains("time alone changes nothing before 2026-03-02T09:05:00Z, when the session ends (")
        .doesNotContain("09:15:00Z, when");
    assertThat(policy("explain", EXAMPLE, "carol from 10.1.2.5 may reach ssh").out().lines())
        .first()
        .asString()
        .matches("carol from 10\\.1\\.2\\.5 may reach ssh, at [0-9-]+T[0-9]+:[0-9]+:[0-9]+Z");
  }

  @Test
  void diff_ofAForbidThatIsGone_tellsWithoutAUserWhoIsBoth() throws Exception {
    String text = Files.readString(Path.of(EXAMPLE)).replaceAll("(?s)users:.*", "");
    Path before = file("before.yaml", text + "...\n");
    Path after = file("after.yaml", text.replaceAll("(?s)  interns-see.*", "") + "...\n");
    Ran ran = policy("diff", before.toString(), after.toString());
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out())
        .isEqualTo(
            """
            role 'clerk' together with group 'interns' gains service 'payroll-db', on a condition
            1 change
            """);
  }

  @Test
  void explain_whatIsNoTest_isUsage() {
    Ran ran = policy("explain", EXAMPLE, "carl from 10.1.2.5 may reach ssh");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err())
        .isEqualTo(
            "aegis: TEST, line 1, column 1: there is no user 'carl' below 'users' (did you mean"
                + " 'carol'?)\n");
  }

  @Test
  void diff_tellsWhoGainsAndLoses() throws Exception {
    String file = changed("permit: role sysadmin", "permit: role clerk");
    Ran ran = policy("diff", EXAMPLE, file);
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out())
        .isEqualTo(
            """
            role 'clerk' gains service 'ssh', on a condition
            role 'sysadmin' loses service 'ssh'
            user 'alice' gains service 'ssh', on a condition
            user 'bob' gains service 'ssh', on a condition
            user 'carol' loses service 'ssh'
            5 changes
            """);
    assertThat(json(policy("diff", "--json", EXAMPLE, file)).at("/changes/1/kind").asText())
        .isEqualTo("lost");
  }

  @Test
  void replay_tellsWhatGetsAnotherAnswer() throws Exception {
    String line =
        Files.readString(Path.of(REFERENCE + "recorded-requests.md"))
            .lines()
            .filter(each -> each.startsWith("{\"at\""))
            .findFirst()
            .orElseThrow();
    Path requests =
        file("r.jsonl", line + "\n" + line.replace("T08:00:00Z\",\"perm", "T23:00:00Z\",\"perm"));
    Ran ran = policy("replay", EXAMPLE, requests.toString());
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out())
        .startsWith(
            "2026-03-02T23:00:00Z alice from 10.1.2.3 to payroll-db: was permitted, is denied, since ")
        .endsWith("1 as recorded, 1 otherwise\n");
    assertThat(json(policy("replay", "--json", EXAMPLE, requests.toString())).at("/unchanged"))
        .hasToString("1");

    Ran refused = policy("replay", EXAMPLE, file("bad.jsonl", "{\"at\": 7}\n").toString());
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("bad.jsonl:1:8: expected an instant");
  }

  @Test
  void schemaAndReference_areThosePrinted() throws Exception {
    assertThat(policy("schema").out())
        .isEqualTo(Files.readString(Path.of(REFERENCE + "policy-document.schema.json")));
    assertThat(policy("reference").out())
        .isEqualTo(Files.readString(Path.of(REFERENCE + "policy-document.md")));
  }

  @Test
  void filesThatAreNotThere_areUsage() {
    Ran ran = policy("check", directory.resolve("none.yaml").toString());
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("none.yaml: there is no such file");
    assertThat(policy("check").exitCode()).isEqualTo(2);
    assertThat(policy("check", directory.toString()))
        .returns(2, Ran::exitCode)
        .extracting(Ran::err)
        .asString()
        .contains("it is a directory; name a file");
  }
}
