package io.aegis.policy.document;

import static io.aegis.policy.document.Documents.READER;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.EnforcementMode;
import io.aegis.api.IpAddress;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.policy.Assurance;
import io.aegis.policy.Condition;
import io.aegis.policy.Lifetime;
import io.aegis.policy.Link;
import io.aegis.policy.Policy;
import io.aegis.policy.Rule;
import io.aegis.policy.Service;
import io.aegis.policy.SharedSource;
import io.aegis.policy.Source;
import io.aegis.policy.What;
import io.aegis.policy.Who;
import io.aegis.policy.document.PolicyDocument.Parts;
import io.aegis.policy.document.PolicyTest.Circumstances;
import io.aegis.policy.document.PolicyTest.ObservedDevice;
import io.aegis.policy.document.PolicyTest.ObservedFact;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** What is printed is read as what it was, whatever names and texts there are. */
final class RoundTripProperties {

  /** Pieces of names that YAML, or a sentence, would like to read as something else. */
  private static final List<String> PIECES =
      List.of(
          "a",
          "B",
          "7",
          "-",
          ":",
          "#",
          "'",
          "\"",
          " ",
          "{",
          "]",
          ",",
          "&",
          "*",
          "!",
          "|",
          ">",
          "%",
          "@",
          "`",
          "?",
          "~",
          "no",
          "true",
          "null",
          "0x1F",
          "1.5",
          ": ",
          " #",
          "''",
          "\\",
          "\\n",
          "ä",
          "€",
          "😀",
          "\u00a0",
          "\u0085",
          "\u200b",
          "\ufeff",
          "from",
          "reach",
          "<<",
          "...",
          "---",
          "=",
          "\u2003",
          "\u202e",
          "\udb40\udc41",
          "yes",
          "Off");

  @Property(tries = 400)
  void print_andRead_giveAnEqualDocument(@ForAll long seed) throws Exception {
    PolicyDocument document = new Maker(new Random(seed)).document();

    String text = document.print();
    PolicyDocument again = READER.read(text);

    assertThat(again).isEqualTo(document);
    assertThat(again.print()).isEqualTo(text);
  }

  /** Makes documents of everything there is. */
  private static final class Maker {
    private final Random random;

    Maker(Random random) {
      this.random = random;
    }

    PolicyDocument document() {
      List<String> roles = names(4);
      List<String> groups = names(4);
      List<String> users = names(3);
      List<Service> services = names(3).stream().map(this::service).toList();
      List<Rule> rules = new ArrayList<>();
      for (String id : names(5)) {
        rules.add(rule(id, who(roles, groups, users), what(services)));
      }
      var policy = new Policy(random.nextInt(3), services, rules);
      var parts =
          new Parts(
              roles.stream().map(name -> new Role(name, maybeText())).toList(),
              groups(groups),
              users.stream().map(id -> user(id, roles, groups)).toList(),
              tests(users, services, rules));
      return new PolicyDocument(policy, parts, Places.NONE);
    }

    private List<Group> groups(List<String> names) {
      var groups = new ArrayList<Group>();
      for (int i = 0; i < names.size(); i++) {
        groups.add(new Group(names.get(i), maybeText(), some(names.subList(0, i))));
      }
      return groups;
    }

    private User user(String id, List<String> roles, List<String> groups) {
      Map<String, String> claims = new HashMap<>();
      names(2).forEach(name -> claims.put(name, text()));
      String name = chance() ? id : name();
      return new User(id, name, chance(), some(roles), some(groups), claims);
    }

    private Service service(String id) {
      var targets = new LinkedHashSet<Target>();
      for (int i = random.nextInt(4); i > 0; i--) {
        targets.add(target());
      }
      Duration idle = chance() ? null : Duration.ofMillis(30_000 + random.nextInt(1_000_000));
      return new Service(
          id,
          chance() ? id : name(),
          List.copyOf(targets),
          Set.copyOf(names(3)),
          new Lifetime(Duration.ofMillis(1 + random.nextLong(9_000_000_000L)), idle, chance()),
          one(List.of(Assurance.values())),
          one(List.of(SharedSource.values())));
    }

    private Target target() {
      Prefix prefix =
          one(
              List.of(
                  Prefix.parse("10.2.0." + random.nextInt(256)),
                  Prefix.parse("10.3.0.0/" + (16 + random.nextInt(8))),
                  Prefix.parse("fd00::" + Integer.toHexString(1 + random.nextInt(65_535))),
                  Prefix.parse("fd01::/64"),
                  Prefix.ALL_IPV4,
                  Prefix.ALL_IPV6));
      Protocol protocol = one(List.of(Protocol.values()));
      int first = 1 + random.nextInt(60_000);
      PortRange ports =
          one(List.of(PortRange.ANY, PortRange.of(first), new PortRange(first, first + 9)));
      return new Target(prefix, protocol, protocol.hasPorts() ? ports : PortRange.ANY);
    }

    private Rule rule(String id, Who who, What what) {
      EnforcementMode mode = one(List.of(EnforcementMode.values()));
      String language = chance() ? "cel" : "hours";
      String text =
          one(
              List.of(
                  "true",
                  " hours:8-18\n\tfalse\n",
                  "fact:x\nfact:y",
                  "false ",
                  "fact:x\n  fact:y #\n",
                  "\nfact:x\n",
                  "true\n\nfalse\n",
                  "fact:a \nfact:b",
                  "#\n#\n",
                  "fact:x\n fact:y\n\n"));
      Condition condition = chance() ? null : new HoursLanguage(language).compile(text);
      return chance()
          ? new Rule.Permit(id, who, what, mode, condition)
          : new Rule.Forbid(id, who, what, mode, condition);
    }

    private Who who(List<String> roles, List<String> groups, List<String> users) {
      return switch (random.nextInt(4)) {
        case 0 -> Who.role(one(roles));
        case 1 -> Who.group(one(groups));
        case 2 -> Who.user(one(users));
        default -> Who.user(name());
      };
    }

    private What what(List<Service> services) {
      List<String> tags = services.stream().flatMap(s -> s.tags().stream()).sorted().toList();
      return chance() || tags.isEmpty() ? What.service(one(services).id()) : What.tag(one(tags));
    }

    private List<PolicyTest> tests(List<String> users, List<Service> services, List<Rule> rules) {
      var tests = new ArrayList<PolicyTest>();
      for (int i = random.nextInt(4); i > 0; i--) {
        ZonedDateTime at =
            ZonedDateTime.of(
                LocalDateTime.of(2026, 1 + random.nextInt(12), 3, 12, random.nextInt(60)),
                ZoneId.of(one(List.of("Europe/Berlin", "UTC", "+05:30", "Z"))));
        tests.add(
            new PolicyTest(
                one(users),
                one(services).id(),
                chance(),
                chance() ? null : at,
                circumstances(),
                chance() ? null : one(rules).id()));
      }
      return tests;
    }

    private Circumstances circumstances() {
      var address = IpAddress.parse(chance() ? "10.1.2.3" : "fd00::7");
      Assurance assurance = one(List.of(Assurance.values()));
      if (chance()) {
        return Circumstances.usual(new Source(address, assurance));
      }
      Link link = chance() ? null : new Link(name(), 1 + random.nextInt(4_000), null);
      String region = chance() ? null : name();
      Map<String, ObservedFact> facts = new HashMap<>();
      names(4).forEach(name -> facts.put(name, new ObservedFact(value(), duration())));
      return new Circumstances(
          new Source(address, assurance, link, region),
          Set.copyOf(names(2)),
          duration(),
          duration(),
          chance() ? null : new ObservedDevice(name(), facts),
          chance() ? Set.of() : Set.copyOf(names(2)));
    }

    private Object value() {
      return switch (random.nextInt(4)) {
        case 0 -> text();
        case 1 -> (long) random.nextInt();
        case 2 -> chance();
        default -> names(3);
      };
    }

    private Duration duration() {
      return Duration.ofMillis(chance() ? 0 : random.nextInt(2_000_000_000));
    }

    /** Returns one name to {@code most} names, each once. */
    private List<String> names(int most) {
      var names = new LinkedHashSet<String>();
      for (int i = 1 + random.nextInt(most); i > 0; i--) {
        names.add(name());
      }
      var list = new ArrayList<>(names);
      Collections.shuffle(list, random);
      return List.copyOf(list);
    }

    private String name() {
      String name = pieces().replaceAll("[\\u0085]", "");
      return name.isBlank() ? "x" : name;
    }

    private String text() {
      return chance()
          ? pieces()
          : pieces() + one(List.of("\n", "\t", "\r", "\0", "\u0007")) + pieces();
    }

    private @Nullable String maybeText() {
      return chance() ? null : text();
    }

    private String pieces() {
      var text = new StringBuilder();
      for (int i = random.nextInt(6); i >= 0; i--) {
        text.append(one(PIECES));
      }
      return text.toString();
    }

    private <T> Set<T> some(List<T> all) {
      var some = new LinkedHashSet<T>();
      all.stream().filter(_ -> chance()).forEach(some::add);
      return Set.copyOf(some);
    }

    private <T> T one(List<T> all) {
      return all.get(random.nextInt(all.size()));
    }

    private boolean chance() {
      return random.nextBoolean();
    }
  }
}
