package io.aegis.policy.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TestRunnerTest {

  private static final String POLICY =
      """
      format: 1
      roles: {clerk: {}}
      groups: {finance: {in: [staff]}, staff: {}}
      services:
        web: {targets: [tcp 10.2.0.7:443], lifetime: {hard: 8h}}
        pay: {targets: [tcp 10.2.0.8:443], lifetime: {hard: 8h}, assurance: ip+link}
      rules:
        by-day: {permit: role clerk, to: service web, when: hours:8-18}
        staff: {permit: group staff, to: service pay, when: fact:encrypted}
        not-carl: {forbid: user carl, to: service pay}
      users:
        alice: {roles: [clerk]}
        bob: {groups: [finance]}
        carl: {groups: [staff]}
        dora: {roles: [clerk], disabled: true}
      tests:
      """;

  private static List<String> failures(String... tests) throws Exception {
    return Documents.read(POLICY + String.join("", tests)).runTests().stream()
        .filter(outcome -> !outcome.passed())
        .map(TestOutcome::toString)
        .toList();
  }

  @Test
  void run_testsThatHold_haveNoFailure() throws Exception {
    assertThat(
            failures(
                "  - alice from 10.1.2.3 at 2026-03-01T09:00 UTC may reach web\n",
                "  - alice from 10.1.2.3 at 2026-03-01T18:30 Europe/Berlin may reach web\n",
                "  - alice from 10.1.2.3 at 2026-03-01T19:30 Europe/Berlin may not reach web\n",
                "  - alice from 10.1.2.3 over mtls may not reach pay\n",
                "  - {test: alice from 10.1.2.3 at 2026-03-01T09:00 UTC may not reach web, session: 0s}\n",
                "  - {test: alice from 10.1.2.3 at 2026-03-01T09:00 UTC may not reach web, others: [bob]}\n",
                "  - bob from 10.1.2.3 over ip+link may not reach pay\n",
                "  - {test: bob from 10.1.2.3 over ip+link may reach pay, device: {facts: {encrypted: true}}}\n",
                "  - {test: carl from 10.1.2.3 over ip+link may not reach pay, because: not-carl}\n",
                "  - dora from 10.1.2.3 may not reach web\n"))
        .isEmpty();
  }

  @Test
  void run_testsThatFail_sayWhatWasDecidedAndWhy() throws Exception {
    assertThat(
            failures(
                "  - alice from 10.1.2.3 at 2026-03-01T09:00 UTC may not reach web\n",
                "  - bob from 10.1.2.3 over ip+link may reach pay\n",
                "  - {test: carl from 10.1.2.3 may not reach pay, because: staff}\n"))
        .containsExactly(
            "line 17, column 5: alice from 10.1.2.3 at 2026-03-01T09:00 UTC may not reach web: it is"
                + " permitted, since rule 'by-day' permits role 'clerk' to reach service 'web' on a"
                + " condition",
            "line 18, column 5: bob from 10.1.2.3 over ip+link may reach pay: it is denied at"
                + " 2026-01-05T00:00:00Z, since rule 'staff' permits group 'staff' to reach service"
                + " 'pay' on a condition, which cannot be decided: device.encrypted is absent",
            "line 19, column 12: carl from 10.1.2.3 may not reach pay: denied, but not because of"
                + " rule 'staff' at 2026-01-05T00:00:00Z, since rule 'not-carl' forbids user 'carl'"
                + " to reach service 'pay'");
  }

  @Test
  void run_aTestWithoutATime_isHeldAtEveryTime() throws Exception {
    assertThat(failures("  - alice from 10.1.2.3 may reach web\n"))
        .singleElement()
        .asString()
        .contains("it is denied at 2026-01-05T00:00:00Z");
    assertThat(failures("  - alice from 10.1.2.3 may not reach web\n"))
        .singleElement()
        .asString()
        .contains("it is permitted at 2026-01-05T08:00:00Z");
  }

  @Test
  void run_aTestWithoutATime_missesNoShortWindow() throws Exception {
    String policy = POLICY.replace("when: hours:8-18", "when: minute:3");
    assertThat(
            Documents.read(policy + "  - alice from 10.1.2.3 may not reach web\n")
                .runTests()
                .getFirst()
                .problem())
        .contains("it is permitted at 2026-01-05T00:03:00Z");
  }

  @Test
  void run_tooManyTestsWithoutATime_failRatherThanPassUntried() throws Exception {
    String policy = POLICY.replace("when: hours:8-18", "when: minute:3");
    String tests = "  - alice from 10.1.2.3 may not reach ssh\n".repeat(15_000);
    String document =
        policy
                .replace(
                    "services:",
                    "services:\n  ssh: {targets: [tcp 10.2.0.9:22], lifetime: {hard: 8h}}")
                .replace(
                    "rules:",
                    "rules:\n  ssh: {permit: role clerk, to: service ssh, when: 'minute:60'}")
            + tests;
    List<TestOutcome> outcomes = Documents.read(document).runTests();
    assertThat(outcomes.getFirst().passed()).isTrue();
    assertThat(outcomes.getLast().problem()).contains("too many tests without a time");
  }

  @Test
  void requirePassing_blocksAWriteAndNothingElse() throws Exception {
    PolicyDocument document = Documents.read(POLICY + "  - alice from 10.1.2.3 may reach web\n");

    assertThat(document.policy().rules()).hasSize(3);
    assertThatThrownBy(document::requirePassing)
        .isInstanceOf(FailedTestsException.class)
        .hasMessageStartingWith(
            "line 17, column 5: alice from 10.1.2.3 may reach web: it is denied");
    PolicyDocument good = Documents.read(POLICY + "  - dora from 10.1.2.3 may not reach web\n");
    assertThat(good.requirePassing()).isSameAs(good);
  }
}
