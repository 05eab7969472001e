package io.aegis.policy.document;

import static io.aegis.policy.document.Documents.READER;
import static io.aegis.policy.document.Documents.WHOLE;
import static io.aegis.policy.document.Documents.problems;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.EnforcementMode;
import io.aegis.policy.Assurance;
import io.aegis.policy.Lifetime;
import io.aegis.policy.Link;
import io.aegis.policy.Policy;
import io.aegis.policy.Rule;
import io.aegis.policy.Service;
import io.aegis.policy.SharedSource;
import io.aegis.policy.What;
import io.aegis.policy.Who;
import io.aegis.policy.document.PolicyTest.ObservedDevice;
import io.aegis.policy.document.PolicyTest.ObservedFact;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DocumentReaderTest {

  private static final String FOLDED =
      "line %d, column %d: a condition on several lines is written as a block: put '|' behind the ':'"
          + " and begin on the next line (otherwise YAML makes one line of it, and a comment in it"
          + " hides the rest)";

  @Test
  void read_aWholeDocument_hasEveryValue() throws Exception {
    PolicyDocument document = READER.read(WHOLE);

    assertThat(document.policy().version()).isEqualTo(7);
    assertThat(document.roles())
        .containsExactly(new Role("clerk", "does the pay"), new Role("admin", null));
    assertThat(document.groups().get(2))
        .isEqualTo(new Group("payroll", null, Set.of("finance", "staff")));
    Service payroll = document.policy().services().getFirst();
    assertThat(payroll.name()).isEqualTo("Payroll database");
    assertThat(payroll.targets().toString())
        .isEqualTo("[tcp 10.2.0.7/32 port 5432, tcp fd00:2::7/128 port 5432]");
    assertThat(payroll.tags()).containsExactlyInAnyOrder("production", "db");
    assertThat(payroll.lifetime())
        .isEqualTo(new Lifetime(Duration.ofHours(8), Duration.ofMinutes(15), true));
    assertThat(payroll.minimumAssurance()).isEqualTo(Assurance.IP_LINK);
    assertThat(payroll.sharedSource()).isEqualTo(SharedSource.TAKEOVER);
    assertThat(document.policy().services().get(1).lifetime())
        .isEqualTo(Lifetime.ofHard(Duration.ofHours(36)));
    assertThat(document.nesting().resolve(Set.of("payroll")))
        .containsExactlyInAnyOrder("payroll", "finance", "staff");
  }

  @Test
  void read_aWholeDocument_hasEveryRule() throws Exception {
    List<Rule> rules = READER.read(WHOLE).policy().rules();

    assertThat(rules.get(0).condition())
        .isEqualTo(new HoursLanguage("cel").compile("hours:6-18\nfact:disk_encryption\n"));
    assertThat(rules.get(1))
        .isEqualTo(Rule.permit("finance-reaches-wide", Who.group("finance"), What.service("wide")));
    assertThat(rules.get(2))
        .isInstanceOf(Rule.Forbid.class)
        .returns(EnforcementMode.AUDIT, Rule::mode)
        .returns(What.tag("production"), Rule::what);
    assertThat(rules.get(2).condition())
        .isEqualTo(new HoursLanguage("hours").compile("hours:0-24"));
    assertThat(rules.get(3).id()).isEqualTo("night shift");
  }

  @Test
  void read_aWholeDocument_hasEveryTest() throws Exception {
    PolicyDocument document = READER.read(WHOLE);

    assertThat(document.user("alice").orElseThrow().claims())
        .isEqualTo(Map.of("department", "4711"));
    assertThat(document.user("bob").orElseThrow().active()).isFalse();
    PolicyTest test = document.tests().get(2);
    assertThat(test.sentence())
        .isEqualTo(
            "alice from 10.1.2.3 over mtls at 2026-03-01T09:00 Europe/Berlin may reach payroll-db");
    assertThat(test.at()).isEqualTo(ZonedDateTime.parse("2026-03-01T09:00+01:00[Europe/Berlin]"));
    assertThat(test.circumstances().methods()).containsExactlyInAnyOrder("pwd", "webauthn");
    assertThat(test.circumstances().source().link())
        .isEqualTo(new Link("eth1", 7, "02:00:00:00:00:01"));
    assertThat(test.circumstances().device())
        .isEqualTo(
            new ObservedDevice(
                "laptop",
                Map.of(
                    "disk_encryption", new ObservedFact(true, Duration.ZERO),
                    "os_version", new ObservedFact("14.5", Duration.ZERO),
                    "patch_level", new ObservedFact(7L, Duration.ofDays(40)),
                    "tags", new ObservedFact(List.of("a", "b"), Duration.ZERO))));
    assertThat(test.because()).isEqualTo("clerks-reach-payroll");
  }

  @Test
  void read_nothingButTheFormat_isAnEmptyPolicy() throws Exception {
    assertThat(Documents.read("format: 1").policy().rules()).isEmpty();
  }

  @Test
  void read_aByteOrderMarkAndWindowsLineEnds_areNoMatter() throws Exception {
    assertThat(READER.read("\uFEFF" + WHOLE.replace("\n", "\r\n")).policy().services())
        .isEqualTo(READER.read(WHOLE).policy().services());
  }

  @Test
  void read_severalMistakes_areToldTogetherWithTheirPlaces() {
    assertThat(
            problems(
                """
                format: 1
                rolse: {}
                roles:
                  clerk: {}
                services:
                  web:
                    targts: [tcp 10.2.0.7:443]
                    targets: [tcp 10.2.0.7/8:443, tcp 10.2.0.300:443, tpc 10.2.0.7:443, tcp 10.2.0.7:0]
                    lifetime: {hard: 8 hours, idle: 1s}
                rules:
                  one:
                    permit: role clrek
                    forbid: role clerk
                    to: service web
                  two: {permit: role clrek, to: service wbe}
                """))
        .containsExactly(
            "line 2, column 1: a policy document has no key 'rolse' (it has format, version, roles,"
                + " groups, services, rules, users, tests) (did you mean 'roles'?)",
            "line 7, column 5: a service has no key 'targts' (it has name, targets, tags, lifetime,"
                + " assurance, shared-source) (did you mean 'targets'?)",
            "line 8, column 19: 10.2.0.7/8 has bits beyond its length (write the first address)",
            "line 8, column 39: not an IP address: '10.2.0.300' (write 10.1.2.3 or 2001:db8::7)",
            "line 8, column 55: expected a protocol (tcp, udp, icmp-echo), found 'tpc' (did you mean"
                + " 'tcp'?)",
            "line 8, column 86: expected a port from 1 to 65535, a range such as 8000-8080, or any;"
                + " found '0'",
            "line 9, column 22: expected a duration such as 30s, 15m, 8h or 1d12h, found '8 hours'",
            "line 9, column 37: an idle limit is at least 2s, found '1s'",
            "line 12, column 5: a rule has either 'permit' or 'forbid', and this has 2",
            "line 15, column 22: there is no role 'clrek' below 'roles' (did you mean 'clerk'?)",
            "line 15, column 41: there is no service 'wbe' below 'services' (did you mean 'web'?)");
  }

  @Test
  void read_aMistakeInAnOptionalPart_doesNotHideWhatTheRestNames() {
    assertThat(
            problems(
                """
                format: 1
                rules:
                  one: {permit: role clerk, to: tag x, mode: adit}
                services: {s: {targets: [], tags: [x], lifetime: {hard: 1h}}}
                """))
        .containsExactly(
            "line 3, column 22: there is no role 'clerk' below 'roles'",
            "line 3, column 46: expected a mode (enforce, audit), found 'adit' (did you mean"
                + " 'audit'?)");
  }

  @Test
  void read_aTagThatNoServiceHas_isRefusedSinceAForbidWouldLetEverybodyIn() {
    String text =
        """
        format: 1
        roles: {clerk: {}}
        services:
          pay: {targets: [], tags: [confidential], lifetime: {hard: 1h}}
        rules:
          no: {forbid: role clerk, to: tag confidental}
        """;
    assertThat(problems(text))
        .containsExactly(
            "line 6, column 36: no service has the tag 'confidental' (did you mean"
                + " 'confidential'?)");
    // What the services have cannot be told from one that cannot be read.
    assertThat(problems(text.replace("[confidential]", "confidential")))
        .singleElement()
        .asString()
        .startsWith("line 4");
  }

  @Test
  void of_aPolicyWithATagThatNoServiceHas_isRefused() {
    var rule = Rule.forbid("no", Who.role("clerk"), What.tag("confidental"));
    var policy = new Policy(1, List.of(), List.of(rule));
    assertThatThrownBy(() -> PolicyDocument.of(policy))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rule 'no' is about the tag 'confidental', which no service has");
  }

  @Test
  void read_groupsInACircle_areTold() {
    assertThat(
            problems(
                """
                format: 1
                groups:
                  a: {in: [b]}
                  b: {in: [c]}
                  c: {in: [a]}
                  d: {in: [d, e]}
                """))
        .containsExactly(
            "line 5, column 12: groups lie in a circle: a in b in c in a (take one of them out)",
            "line 6, column 12: groups lie in a circle: d in d (take one of them out)",
            "line 6, column 15: there is no group 'e' below 'groups'");
  }

  @Test
  void read_aConditionThatIsRefused_isToldWhereItStands() {
    assertThat(
            problems(
                """
                format: 1
                roles: {r: {}}
                rules:
                  a: {permit: role r, to: tag t, when: true nevr}
                  b: {permit: role r, to: tag t, when: 'true ''x'' nevr'}
                  c: {permit: role r, to: tag t, when: "true\\t\\x41 \\u00e4 nevr"}
                  d:
                    permit: role r
                    to: tag t
                    when: | # a comment
                      true

                      true nevr 😀 oops
                  f: {permit: role r, to: tag t, when: "explode"}
                  g: {permit: role r, to: tag t, when: {celery: "true"}}
                  h: {permit: role r, to: tag t, when: ''}
                services: {s: {targets: [], tags: [t], lifetime: {hard: 1h}}}
                """))
        .containsExactly(
            "line 4, column 45: the condition is refused: there is no word 'nevr'",
            "line 5, column 46: the condition is refused: there is no word ''x''",
            "line 5, column 52: the condition is refused: there is no word 'nevr'",
            "line 6, column 47: the condition is refused: there is no word 'A'",
            "line 6, column 52: the condition is refused: there is no word 'ä'",
            "line 6, column 59: the condition is refused: there is no word 'nevr'",
            "line 13, column 12: the condition is refused: there is no word 'nevr'",
            "line 13, column 17: the condition is refused: there is no word '😀'",
            "line 13, column 19: the condition is refused: there is no word 'oops'",
            "line 14, column 40: the condition cannot be compiled: language 'cel' failed"
                + " (IllegalStateException)",
            "line 15, column 41: conditions in 'celery' cannot be read: no such language is here"
                + " (add it to the class path; aegis-policy-cel brings CEL)",
            "line 16, column 40: expected a condition, found the text ''");
  }

  @Test
  void read_aConditionWithoutALanguage_saysWhatBringsOne() {
    assertThatThrownBy(() ->
            DocumentReader.with(List.of())
                .read(
                    """
                    format: 1
                    roles: {r: {}}
                    rules:
                      a: {permit: role r, to: tag t, when: x}
                    """))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("line 4, column 40")
        .hasMessageContaining("aegis-policy-cel");
  }

  @Test
  void read_aConditionThatYamlMakesOneLineOf_isRefusedSinceACommentWouldHideTheRest() {
    assertThat(
            problems(
                """
                format: 1
                roles: {r: {}}
                rules:
                  e:
                    permit: role r
                    to: tag t
                    when: >-
                      true
                      nevr
                  i:
                    permit: role r
                    to: tag t
                    when: true // and a comment
                      false
                  k: {permit: role r, to: tag t, when: "true // and a comment
                      false"}
                services: {s: {targets: [], tags: [t], lifetime: {hard: 1h}}}
                """))
        .containsExactly(
            FOLDED.formatted(7, 11), FOLDED.formatted(13, 11), FOLDED.formatted(15, 40));
  }

  @Test
  void read_whatAUserOfATestNames_mustExist() {
    assertThat(
            problems(
                """
                format: 1
                roles: {clerk: {}}
                users: {u: {roles: [clerk, clrek, clerk], groups: [staff]}}
                """))
        .containsExactly(
            "line 3, column 28: there is no role 'clrek' below 'roles' (did you mean 'clerk'?)",
            "line 3, column 35: role 'clerk' stands here twice",
            "line 3, column 52: there is no group 'staff' below 'groups'");
  }

  @Test
  void read_factsThatLookLikeTruth_areRefused() {
    assertThat(
            problems(
                """
                format: 1
                services: {web: {targets: [], lifetime: {hard: 8h}}}
                users: {u: {}}
                tests:
                  - {test: u from 10.1.2.3 may reach web, device: {facts: {a: yes, b: 'no', c: Off}}}
                """))
        .hasSize(2)
        .allMatch(problem -> problem.contains("in quotes), a whole number, true, false"));
  }

  @Test
  void with_twoLanguagesOfOneName_isRefused() {
    assertThatThrownBy(
            () -> DocumentReader.with(List.of(new HoursLanguage("cel"), new HoursLanguage("cel"))))
        .hasMessage("two condition languages are called 'cel'");
  }

  @Test
  void read_sentencesOfTests_areHeldToTheirForm() {
    assertThat(
            problems(
                """
                format: 1
                services: {web: {targets: [], lifetime: {hard: 8h}}}
                users: {alice: {}, 'the cook': {}}
                tests:
                  - alice from 10.1.2.3 may reach web
                  - '''the cook'' from 10.1.2.3 may reach web'
                  - bob from 10.1.2.3 may reach wbe
                  - alice at 10.1.2.3 may reach web
                  - alice from 10.1.2 may reach web
                  - alice from 10.1.2.3 over wire may reach web
                  - alice from 10.1.2.3 at 2026-02-30T03:00 UTC may reach web
                  - alice from 10.1.2.3 at 2026-12-31T23:59:60 UTC may reach web
                  - alice from 10.1.2.3 at 2026-03-29T02:30 Europe/Berlin may reach web
                  - alice from 10.1.2.3 at 2026-10-25T02:30 Europe/Berlin may reach web
                  - alice from 10.1.2.3 at 2026-10-25T02:30 +02:00 may reach web
                  - alice from 10.1.2.3 at 2026-10-25T02:30 Europe/Berln may reach web
                  - alice from 10.1.2.3 may reach
                  - alice from 10.1.2.3 may reach web please
                  - "'alice from 10.1.2.3 may reach web"
                  - {test: alice from 10.1.2.3 may reach web, because: nothing}
                  - 7
                """))
        .containsExactly(
            "line 7, column 5: there is no user 'bob' below 'users'",
            "line 7, column 33: there is no service 'wbe' below 'services' (did you mean 'web'?)",
            "line 8, column 11: expected 'from' and an address, found 'at'",
            "line 9, column 16: not an IP address: '10.1.2' (write 10.1.2.3 or 2001:db8::7)",
            "line 10, column 30: not an assurance: 'wire' (one of ip, ip+link, wireguard, mtls)",
            "line 11, column 28: expected a time such as 2026-03-01T03:00 and then a zone such as UTC, found"
                + " '2026-02-30T03:00'",
            "line 12, column 28: expected a time such as 2026-03-01T03:00 and then a zone such as UTC, found"
                + " '2026-12-31T23:59:60'",
            "line 13, column 28: in Europe/Berlin there is no one time 2026-03-29T02:30 (clocks are"
                + " put forward over it)",
            "line 14, column 28: in Europe/Berlin there is no one time 2026-10-25T02:30 (clocks are"
                + " put back, so it comes twice; write one of +02:00 and +01:00 as the zone)",
            "line 16, column 45: there is no time zone 'Europe/Berln' (did you mean"
                + " 'Europe/Berlin'?)",
            "line 17, column 34: here the id of a service is missing",
            "line 18, column 39: 'please' is too much here (a name with spaces is written in single"
                + " quotes)",
            "line 19, column 6: the quote that begins here is not closed",
            "line 20, column 56: there is no rule 'nothing' below 'rules'",
            "line 21, column 5: expected a sentence such as 'alice from 10.1.2.3 may not reach"
                + " payroll-db', found the number '7' (in quotes it is text)");
  }

  @Test
  void read_aTimeWithoutItsZone_saysWhatIsMissing() {
    assertThat(
            problems(
                """
                format: 1
                users: {alice: {}}
                services: {web: {targets: [], lifetime: {hard: 1h}}}
                tests:
                  - alice from 10.1.2.3 at 2026-03-02T09:00 may reach web
                  - alice from 10.1.2.3 at 2026-03-02T09:00 Berlin may reach web
                  - alice from 10.1.2.3 at 2026-03-02T09:00Z may reach web
                """))
        .containsExactly(
            "line 5, column 45: here a time zone such as Europe/Berlin, UTC or +01:00 is missing,"
                + " behind the time",
            "line 6, column 45: there is no time zone 'Berlin' (did you mean 'Europe/Berlin'?)",
            "line 7, column 28: expected a time such as 2026-03-01T03:00 and then a zone such as"
                + " UTC, found '2026-03-02T09:00Z'");
  }
}
