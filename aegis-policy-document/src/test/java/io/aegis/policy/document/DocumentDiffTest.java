package io.aegis.policy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class DocumentDiffTest {

  private static final String BEFORE =
      """
      format: 1
      roles: {clerk: {}, admin: {}}
      groups: {staff: {}, interns: {in: [staff]}}
      services:
        web: {targets: [tcp 10.2.0.7:443], lifetime: {hard: 8h}}
        pay: {targets: [tcp 10.2.0.8:443], lifetime: {hard: 8h}}
      rules:
        web: {permit: group staff, to: service web}
        pay: {permit: role clerk, to: service pay}
      users: {alice: {roles: [clerk], groups: [interns]}}
      """;

  private static List<String> diff(String before, String after) throws Exception {
    return DocumentDiff.between(Documents.read(before), Documents.read(after)).changes().stream()
        .map(DocumentDiff.Change::toString)
        .toList();
  }

  @Test
  void between_equalDocuments_isNothing() throws Exception {
    assertThat(diff(BEFORE, BEFORE)).isEmpty();
    assertThat(diff(BEFORE, BEFORE.replace("web: {permit", "other-id: {permit"))).isEmpty();
  }

  @Test
  void between_aForbidAndAPermit_tellsWhoLosesAndGains() throws Exception {
    String after =
        BEFORE.replace(
            "users:",
            """
              no: {forbid: group interns, to: service web}
              more: {permit: role admin, to: service pay, when: hours:8-18}
              bob: {permit: user bob, to: service web}
            users:\
            """);
    assertThat(diff(BEFORE, after))
        .containsExactly(
            "role 'admin' gains service 'pay', on a condition",
            "group 'interns' loses service 'web'",
            "user 'alice' loses service 'web'",
            "user 'bob' gains service 'web'");
  }

  @Test
  void between_aRuleAboutAUserCalledSomebody_isAboutNobodyElse() throws Exception {
    String after =
        BEFORE.replace(
            "users:",
            """
              one: {permit: user somebody, to: service pay}
            users:\
            """);
    assertThat(diff(BEFORE, after)).containsExactly("user 'somebody' gains service 'pay'");
  }

  @Test
  void between_otherTerms_tellsWhichAndWhatTheyWere() throws Exception {
    String after =
        BEFORE
            .replace("10.2.0.8:443], lifetime: {hard: 8h}", "10.2.0.9:443], lifetime: {hard: 1h}")
            .replace("to: service pay}", "to: service pay, when: 'hours:8-18'}");
    assertThat(diff(BEFORE, after))
        .startsWith(
            "role 'clerk' keeps service 'pay' on other terms: targets [tcp 10.2.0.9:443], was [tcp"
                + " 10.2.0.8:443]; lifetime {hard: 1h}, was {hard: 8h}; permitted when hours:8-18,"
                + " was always")
        .hasSize(2);
  }

  @Test
  void between_aForbidTakenAway_tellsWhoIsBothThings() throws Exception {
    String before =
        BEFORE.replaceAll("(?m)^users:.*\n", "  no: {forbid: group interns, to: service pay}\n");
    String after = before.replaceAll("(?m)^  no: .*\n", "");
    assertThat(diff(before, after))
        .containsExactly("role 'clerk' together with group 'interns' gains service 'pay'");
    assertThat(diff(after, before))
        .containsExactly("role 'clerk' together with group 'interns' loses service 'pay'");
    assertThat(diff(before, after + "  no: {forbid: group interns, to: service pay, when: fact:x}"))
        .containsExactly(
            "role 'clerk' together with group 'interns' gains service 'pay', on a condition");
    // A service that is no longer tagged, and a group that lies elsewhere, undo a forbid as well.
    String byTag =
        before
            .replace("pay: {targets", "pay: {tags: [secret], targets")
            .replace("web: {targets", "web: {tags: [secret], targets")
            .replace("interns, to: service pay", "interns, to: tag secret");
    assertThat(diff(byTag, byTag.replace("pay: {tags: [secret], ", "pay: {")))
        .containsExactly("role 'clerk' together with group 'interns' gains service 'pay'");
    String byGroup = before.replace("forbid: group interns", "forbid: group staff");
    assertThat(diff(byGroup, byGroup.replace("interns: {in: [staff]}", "interns: {}")))
        .contains("role 'clerk' together with group 'interns' gains service 'pay'");
  }

  @Test
  void between_tooMuchToCompare_isSaid() throws Exception {
    var roles = new StringBuilder("roles:\n");
    var rules = new StringBuilder("rules:\n");
    var forbids = new StringBuilder();
    for (int i = 0; i < 1_100; i++) {
      roles.append("  p%d: {}\n  f%d: {}\n".formatted(i, i));
      rules.append("  p%d: {permit: role p%d, to: service s}\n".formatted(i, i));
      forbids.append("  f%d: {forbid: role f%d, to: service s}\n".formatted(i, i));
    }
    String text = "format: 1\nservices: {s: {targets: [], lifetime: {hard: 1h}}}\n" + roles + rules;
    var comparison = DocumentDiff.between(Documents.read(text + forbids), Documents.read(text));
    assertThat(comparison.isComplete()).isFalse();
    assertThat(DocumentDiff.between(Documents.read(text), Documents.read(text)).isComplete())
        .isTrue();
  }

  @Test
  void between_otherNesting_tellsWhoIsInFewerGroups() throws Exception {
    assertThat(diff(BEFORE, BEFORE.replace("{in: [staff]}", "{}")))
        .containsExactly("group 'interns' loses service 'web'", "user 'alice' loses service 'web'");
  }
}
