package io.aegis.policy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LinterTest {

  private static List<String> warnings(String document) throws Exception {
    return Documents.read(document).warnings().stream().map(Warning::toString).toList();
  }

  @Test
  void warnings_ofADocumentInOrder_areNone() throws Exception {
    assertThat(
            warnings(
                """
                format: 1
                roles: {clerk: {}}
                services:
                  a: {targets: [tcp 10.2.0.7:443], lifetime: {hard: 8h}}
                  b: {targets: [udp 10.2.0.7:443, tcp 10.2.0.7:444], tags: [t], lifetime: {hard: 8h}}
                rules:
                  one: {permit: role clerk, to: service a}
                  two: {permit: role clerk, to: tag t, when: hours:8-18}
                  three: {forbid: role clerk, to: tag t, when: hours:9-10}
                """))
        .isEmpty();
  }

  @Test
  void warnings_aboutTargets() throws Exception {
    assertThat(
            warnings(
                """
                format: 1
                roles: {clerk: {}}
                services:
                  a: {tags: [t], lifetime: {hard: 8h}, targets: [tcp 10.2.0.7:443, tcp 10.2.0.7:80]}
                  b: {tags: [t], lifetime: {hard: 8h}, targets: [tcp 10.2.0.7:443]}
                  c: {tags: [t], lifetime: {hard: 8h}, targets: [tcp 10.2.0.0/24:1-100]}
                  d: {tags: [t], lifetime: {hard: 8h}, targets: [udp 10.0.0.0/8:any, icmp-echo 10.0.0.0/8]}
                  e: {tags: [t], lifetime: {hard: 8h}, targets: [icmp-echo 10.2.0.7]}
                  f: {tags: [t], lifetime: {hard: 8h}, targets: []}
                  g: {tags: [t], lifetime: {hard: 8h}, targets: ['tcp [fd00::/16]:443', 'tcp [fe00::]:443']}
                  h: {tags: [t], lifetime: {hard: 8h}, targets: ['tcp [fd00::7]:443']}
                  i: {tags: [t], lifetime: {hard: 8h}, targets: [tcp 10.9.0.0/24:8000]}
                  j: {tags: [t], lifetime: {hard: 8h}, targets: [tcp 10.9.0.1:443]}
                  k: {tags: [t], lifetime: {hard: 8h}, targets: [tcp 10.9.0.1:9443]}
                rules:
                  one: {permit: role clerk, to: tag t}
                """))
        .containsExactly(
            "line 5, column 3: services 'a' and 'b' share tcp 10.2.0.7:443: whoever reaches one"
                + " reaches the other (shared-target)",
            "line 6, column 3: services 'a' and 'c' overlap (tcp 10.2.0.0/24:1-100, tcp"
                + " 10.2.0.7:80): whoever reaches the wider reaches the other too"
                + " (overlapping-targets)",
            "line 6, column 3: service 'c' opens port 22 (SSH) with its range tcp"
                + " 10.2.0.0/24:1-100: say the ports that are meant (sensitive-port)",
            "line 6, column 3: service 'c' opens port 53 (DNS) with its range tcp"
                + " 10.2.0.0/24:1-100: say the ports that are meant (sensitive-port)",
            "line 7, column 3: service 'd' opens port 53 (DNS) with its range udp 10.0.0.0/8:any:"
                + " say the ports that are meant (sensitive-port)",
            "line 8, column 3: services 'd' and 'e' overlap (icmp-echo 10.0.0.0/8, icmp-echo"
                + " 10.2.0.7): whoever reaches the wider reaches the other too"
                + " (overlapping-targets)",
            "line 9, column 3: service 'f' has no target, so it is denied to everybody (no-target)",
            "line 11, column 3: services 'g' and 'h' overlap (tcp [fd00::/16]:443, tcp"
                + " [fd00::7]:443): whoever reaches the wider reaches the other too"
                + " (overlapping-targets)");
  }

  @Test
  void warnings_aboutRules() throws Exception {
    assertThat(
            warnings(
                """
                format: 1
                roles: {clerk: {}}
                groups: {staff: {}, finance: {in: [staff]}}
                services:
                  a: {targets: [tcp 10.2.0.7:443], tags: [prod], lifetime: {hard: 8h}}
                  b: {targets: [tcp 10.2.0.8:443], lifetime: {hard: 8h}}
                rules:
                  one: {permit: role clerk, to: tag prod}
                  two: {permit: role clerk, to: tag prod}
                  # the lines below keep their numbers
                  four: {permit: group finance, to: service a}
                  five: {forbid: group staff, to: tag prod}
                  six: {permit: role clerk, to: service a, when: "true"}
                  seven: {forbid: role clerk, to: service a, when: "false"}
                  eight: {permit: user alise, to: service a}
                  nine: {permit: role clerk, to: service b, mode: audit}
                users: {alice: {}}
                """))
        .containsExactly(
            "line 6, column 3: no rule permits anybody to reach service 'b' (never-permitted)",
            "line 9, column 3: rule 'two' says what rule 'one' says: remove one (duplicate-rule)",
            "line 11, column 3: permit 'four' lets nobody in, since forbid 'five' covers all of it"
                + " (permit-under-forbid)",
            "line 13, column 3: the condition of rule 'six' names nothing and is always met:"
                + " leave it out (constant-condition)",
            "line 14, column 3: the condition of rule 'seven' names nothing and is never met, so"
                + " the rule never applies (rule-never-applies)",
            "line 15, column 3: rule 'eight' names user 'alise', who is not among the users of the"
                + " tests (did you mean 'alice'?) (unknown-user)");
  }

  @Test
  void warnings_aboutAForbidOfEverything() throws Exception {
    assertThat(
            warnings(
                """
                format: 1
                groups: {staff: {}, finance: {in: [staff]}}
                services:
                  a: {targets: [tcp 10.2.0.7:443], tags: [prod], lifetime: {hard: 8h}}
                rules:
                  one: {permit: group finance, to: service a}
                  two: {permit: group staff, to: tag prod}
                  all: {forbid: group staff, to: tag prod, when: "true"}
                """))
        .contains(
            "line 8, column 3: no permit is left uncovered by forbid 'all': nobody reaches anything"
                + " (forbid-of-everything)");
  }

  @Test
  void warnings_aboutConditionsThatNameSomething_areNone() throws Exception {
    // Whatever it came to for one request, it may come to something else for another.
    assertThat(
            warnings(
                """
                format: 1
                roles: {clerk: {}}
                services: {a: {targets: [tcp 10.2.0.7:443], lifetime: {hard: 8h}}}
                rules:
                  one: {permit: role clerk, to: service a, when: fact:x}
                  two: {forbid: role clerk, to: service a, when: "true hours:0-24"}
                """))
        .isEmpty();
  }

  @Test
  void warnings_aboutManyUsersRulesTagsAndGroups_takeNoLongerThanItMay() throws Exception {
    String users =
        IntStream.range(0, 20_000)
            .mapToObj(i -> "  u%d: {}\n".formatted(i))
            .collect(Collectors.joining());
    String rules =
        IntStream.range(0, 20_000)
            .mapToObj(i -> "  r%d: {permit: user v%d, to: service a}\n".formatted(i, i))
            .collect(Collectors.joining());
    String groups =
        IntStream.range(0, 1_000)
            .mapToObj(i -> "  g%d: {in: [%s]}\n".formatted(i, i == 0 ? "" : "g" + (i - 1)))
            .collect(Collectors.joining());
    String nested =
        IntStream.range(0, 2_000)
            .mapToObj(i ->
                "  n%d: {permit: group g999, to: service a, when: 'hours:0-%d'}\n"
                    .formatted(i, i % 24))
            .collect(Collectors.joining());
    String tags =
        IntStream.range(0, 1_000).mapToObj(i -> "t" + i).collect(Collectors.joining(", "));
    String text =
        "format: 1\nservices:\n  a: {targets: [tcp 10.2.0.7:443], lifetime: {hard: 8h}, tags: ["
            + tags
            + "]}\ngroups:\n"
            + groups
            + "rules:\n"
            + rules
            + nested
            + "users:\n"
            + users;
    PolicyDocument document = Documents.read(text);
    var threads = ManagementFactory.getThreadMXBean();
    long started = threads.getCurrentThreadCpuTime();
    assertThat(document.warnings()).hasSize(Linter.MOST + 1);
    assertThat(document.warnings().getLast().kind()).isEqualTo(Warning.Kind.INCOMPLETE);
    assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - started))
        .isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void warnings_aboutTenThousandServicesOnOneAddress_takeNoLongerThanItMay() throws Exception {
    String services =
        IntStream.rangeClosed(1, 20_000)
            .mapToObj(
                i -> "  s%d: {targets: [tcp 10.2.0.7:%d], lifetime: {hard: 8h}}\n".formatted(i, i))
            .collect(Collectors.joining());
    List<String> warnings = warnings("format: 1\nservices:\n" + services);

    assertThat(warnings).hasSize(Linter.MOST + 1);
    assertThat(warnings.getFirst()).contains("too many services").contains("(incomplete)");
  }
}
