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
    return DocumentDiff.between(Documents.read(before), Documents.read(after)).stream()
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
  void between_otherNesting_tellsWhoIsInFewerGroups() throws Exception {
    assertThat(diff(BEFORE, BEFORE.replace("{in: [staff]}", "{}")))
        .containsExactly("group 'interns' loses service 'web'", "user 'alice' loses service 'web'");
  }
}
