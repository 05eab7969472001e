package io.aegis.policy.document;

import io.aegis.api.EnforcementMode;
import io.aegis.policy.Assurance;
import io.aegis.policy.Condition;
import io.aegis.policy.Lifetime;
import io.aegis.policy.Link;
import io.aegis.policy.Rule;
import io.aegis.policy.Service;
import io.aegis.policy.SharedSource;
import io.aegis.policy.document.PolicyTest.Circumstances;
import io.aegis.policy.document.PolicyTest.ObservedDevice;
import io.aegis.policy.document.PolicyTest.ObservedFact;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** Writes a document: what is as usual is left out, sets are sorted. Used once, by one thread. */
final class DocumentPrinter {
  private final YamlLines out = new YamlLines();

  private DocumentPrinter() {}

  static String print(PolicyDocument document) {
    var printer = new DocumentPrinter();
    printer.out.set("format", "1");
    if (document.policy().version() != 0) {
      printer.out.set("version", Long.toString(document.policy().version()));
    }
    printer.section("roles", document.roles(), Role::name, DocumentPrinter::role);
    printer.section("groups", document.groups(), Group::name, DocumentPrinter::group);
    printer.section(
        "services", document.policy().services(), Service::id, DocumentPrinter::service);
    printer.section("rules", document.policy().rules(), Rule::id, DocumentPrinter::rule);
    printer.section("users", document.users(), User::id, DocumentPrinter::user);
    printer.tests(document.tests());
    printer.out.end();
    return printer.out.toString();
  }

  private <T> void section(
      String key,
      List<T> things,
      java.util.function.Function<T, String> id,
      BiConsumer<YamlLines, T> body) {
    if (!things.isEmpty()) {
      out.blank();
      out.open(key);
      things.forEach(thing -> out.nested(id.apply(thing), () -> body.accept(out, thing)));
      out.close();
    }
  }

  private static void role(YamlLines out, Role role) {
    role.description().ifPresent(about -> out.text("about", about));
  }

  private static void group(YamlLines out, Group group) {
    group.description().ifPresent(about -> out.text("about", about));
    out.texts("in", group.in());
  }

  private static void service(YamlLines out, Service service) {
    if (!service.name().equals(service.id())) {
      out.text("name", service.name());
    }
    List<String> targets = service.targets().stream().map(TargetText::format).toList();
    out.set("targets", flow(targets));
    out.texts("tags", service.tags());
    out.set("lifetime", lifetime(service.lifetime()));
    if (service.minimumAssurance() != Assurance.IP) {
      out.text("assurance", service.minimumAssurance().toString());
    }
    if (service.sharedSource() != SharedSource.REFUSE) {
      out.text("shared-source", service.sharedSource().name().toLowerCase(Locale.ROOT));
    }
  }

  /** Writes a lifetime. */
  static String lifetime(Lifetime lifetime) {
    String idle = lifetime.idleLimit().map(i -> ", idle: " + DurationText.format(i)).orElse("");
    String lease = lifetime.lease() ? ", lease: true" : "";
    return "{hard: " + DurationText.format(lifetime.hard()) + idle + lease + "}";
  }

  private static void rule(YamlLines out, Rule rule) {
    String verb =
        switch (rule) {
          case Rule.Permit _ -> "permit";
          case Rule.Forbid _ -> "forbid";
        };
    out.text(verb, RuleForms.format(rule.who()));
    out.text("to", RuleForms.format(rule.what()));
    if (rule.mode() != EnforcementMode.ENFORCE) {
      out.text("mode", rule.mode().name().toLowerCase(Locale.ROOT));
    }
    Condition condition = rule.condition();
    if (condition != null) {
      if (condition.language().equals(ConditionForm.USUAL_LANGUAGE)) {
        out.lines("when", condition.text());
      } else {
        out.set("when", "{" + quoted(condition.language()) + ": " + quoted(condition.text()) + "}");
      }
    }
  }

  private static void user(YamlLines out, User user) {
    if (!user.name().equals(user.id())) {
      out.text("name", user.name());
    }
    out.texts("roles", user.roles());
    out.texts("groups", user.groups());
    if (!user.claims().isEmpty()) {
      out.nested("claims", () -> new TreeMap<>(user.claims()).forEach(out::text));
    }
    if (!user.active()) {
      out.set("disabled", "true");
    }
  }

  private void tests(List<PolicyTest> tests) {
    if (!tests.isEmpty()) {
      out.blank();
      out.open("tests");
      tests.forEach(this::test);
      out.close();
    }
  }

  private void test(PolicyTest test) {
    Circumstances circumstances = test.circumstances();
    boolean isUsual =
        test.because() == null
            && circumstances.source().link() == null
            && circumstances.source().region() == null
            && circumstances.equals(Circumstances.usual(circumstances.source()));
    if (isUsual) {
      out.item(YamlText.scalar(test.sentence()));
    } else {
      out.itemOf("test", YamlText.scalar(test.sentence()), () -> circumstances(test));
    }
  }

  private void circumstances(PolicyTest test) {
    Circumstances circumstances = test.circumstances();
    if (!circumstances.methods().equals(Circumstances.METHODS)) {
      out.texts("methods", circumstances.methods());
    }
    duration("authenticated", circumstances.authenticated(), Duration.ZERO);
    duration("session", circumstances.session(), Circumstances.SESSION);
    Link link = circumstances.source().link();
    if (link != null) {
      out.nested("link", () -> link(link));
    }
    String region = circumstances.source().region();
    if (region != null) {
      out.text("region", region);
    }
    ObservedDevice device = circumstances.device();
    if (device != null) {
      out.nested("device", () -> device(device));
    }
    out.texts("others", circumstances.others());
    if (test.because() != null) {
      out.text("because", test.because());
    }
  }

  private void duration(String key, Duration duration, Duration usual) {
    if (!duration.equals(usual)) {
      out.set(key, DurationText.format(duration));
    }
  }

  private void link(Link link) {
    link.knownInterface().ifPresent(name -> out.text("interface", name));
    link.knownVlan().ifPresent(vlan -> out.set("vlan", Integer.toString(vlan)));
    link.knownMac().ifPresent(mac -> out.text("mac", mac));
  }

  private void device(ObservedDevice device) {
    if (!device.id().equals(ObservedDevice.ID)) {
      out.text("id", device.id());
    }
    if (!device.facts().isEmpty()) {
      out.nested(
          "facts",
          () -> new TreeMap<>(device.facts()).forEach((name, fact) -> out.set(name, fact(fact))));
    }
  }

  private static String fact(ObservedFact fact) {
    String value =
        switch (fact.value()) {
          case List<?> texts -> flow(texts.stream().map(Object::toString).toList());
          case String text -> quoted(text);
          case Object other -> other.toString();
        };
    return fact.age().isZero()
        ? value
        : "{value: " + value + ", age: " + DurationText.format(fact.age()) + "}";
  }

  private static String quoted(String text) {
    String scalar = YamlText.scalar(text);
    return scalar.equals(text) && !YamlLines.isFlowSafe(text)
        ? "'" + text.replace("'", "''") + "'"
        : scalar;
  }

  private static String flow(Collection<String> texts) {
    return texts.stream().map(DocumentPrinter::quoted).collect(Collectors.joining(", ", "[", "]"));
  }

  static String sortedFlow(Collection<String> texts) {
    return flow(new TreeSet<>(texts));
  }
}
