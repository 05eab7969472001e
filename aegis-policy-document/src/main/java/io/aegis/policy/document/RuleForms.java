package io.aegis.policy.document;

import io.aegis.api.EnforcementMode;
import io.aegis.policy.Condition;
import io.aegis.policy.Rule;
import io.aegis.policy.What;
import io.aegis.policy.Who;
import io.aegis.policy.document.Draft.RuleDraft;
import io.aegis.policy.document.Fields.Values;
import io.aegis.policy.document.Node.Scalar;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** How rules are written. */
final class RuleForms {

  private static final Map<String, Function<String, Who>> WHO =
      Map.of("user", Who::user, "role", Who::role, "group", Who::group);

  private static final Map<String, Function<String, What>> WHAT =
      Map.of("service", What::service, "tag", What::tag);

  private static final Form<Placed<Who>> SOMEBODY =
      sentence("whom, as 'role clerk', 'group finance' or 'user u-17'", WHO);

  private static final Form<Placed<What>> SOMETHING =
      sentence("what, as 'service payroll-db' or 'tag production'", WHAT);

  private static final Field<Placed<Who>> PERMIT =
      Field.optional(
          "permit",
          SOMEBODY,
          "the rule forbids",
          "Whom the rule lets in: `role NAME`, `group NAME` or `user ID`. A name with spaces is written in single quotes: `role 'night shift'`.");

  private static final Field<Placed<Who>> FORBID =
      Field.optional(
          "forbid",
          SOMEBODY,
          "the rule permits",
          "Whom the rule keeps out, whatever permits there are; written like `permit`. A rule has either of the two.");

  private static final Field<Placed<What>> TO =
      Field.required(
          "to",
          SOMETHING,
          "The services: `service ID`, or `tag NAME` for every service that has the tag.");

  private static final Field<EnforcementMode> MODE =
      Field.optional(
          "mode",
          CommonForms.oneOf(
              "a mode", Stream.of(EnforcementMode.values()), text -> text.toLowerCase(Locale.ROOT)),
          "`enforce`",
          "`audit`: the rule decides nothing, and decisions tell what it would have done.");

  private static final Field<Condition> WHEN =
      Field.optional(
          "when",
          new ConditionForm(),
          "always",
          "What has to hold for the rule to apply, in CEL; see conditions.md. A permit applies only while it holds; a forbid applies unless it is known not to hold. Another language is written `when: {LANGUAGE: TEXT}`.");

  /** A rule. */
  static final Fields<Function<Scalar, RuleDraft>> RULE =
      Fields.of(
              "a rule",
              "Any forbid that applies wins over every permit, and without a permit there is no access. The order of rules means nothing.",
              List.of(PERMIT, FORBID, TO, MODE, WHEN),
              RuleForms::rule)
          .withOneOf(PERMIT, FORBID);

  private RuleForms() {}

  private static Function<Scalar, RuleDraft> rule(Values values) {
    return id -> {
      boolean permits = values.find(PERMIT).isPresent();
      Placed<Who> who = values.get(permits ? PERMIT : FORBID);
      Placed<What> what = values.get(TO);
      EnforcementMode mode = values.find(MODE).orElse(EnforcementMode.ENFORCE);
      Condition condition = values.find(WHEN).orElse(null);
      Rule rule =
          permits
              ? new Rule.Permit(id.text(), who.value(), what.value(), mode, condition)
              : new Rule.Forbid(id.text(), who.value(), what.value(), mode, condition);
      return new RuleDraft(rule, id.place(), who.place(), what.place());
    };
  }

  private static <T> Form<Placed<T>> sentence(String name, Map<String, Function<String, T>> kinds) {
    String pattern =
        "^ *(" + String.join("|", kinds.keySet().stream().sorted().toList()) + ") +[^ ]";
    return TextForm.placed(name, pattern, (text, places) -> parse(text, places, kinds));
  }

  private static <T> Placed<T> parse(
      String text, IntFunction<Place> places, Map<String, Function<String, T>> kinds)
      throws BadTextException {
    Words words = Words.of(text);
    String expected = String.join(", ", kinds.keySet().stream().sorted().toList());
    Words.Word kind = words.next("a name with its kind (" + expected + ")");
    Function<String, T> maker = kinds.get(kind.text());
    if (maker == null) {
      throw new BadTextException(
          kind.offset(),
          "expected one of %s and then a name, found %s%s"
              .formatted(
                  expected,
                  Printable.quote(kind.text()),
                  Guess.didYouMean(kind.text(), kinds.keySet())));
    }
    Words.Word name = words.next("the name of the " + kind.text());
    words.requireEnd();
    try {
      return new Placed<>(maker.apply(name.text()), places.apply(name.offset()));
    } catch (IllegalArgumentException e) {
      throw new BadTextException(name.offset(), String.valueOf(e.getMessage()));
    }
  }

  /** Writes whom a rule is about. */
  static String format(Who who) {
    return switch (who) {
      case Who.User(String id) -> "user " + Words.quote(id);
      case Who.Role(String name) -> "role " + Words.quote(name);
      case Who.Group(String name) -> "group " + Words.quote(name);
    };
  }

  /** Writes what a rule is about. */
  static String format(What what) {
    return switch (what) {
      case What.OneService(String id) -> "service " + Words.quote(id);
      case What.Tag(String name) -> "tag " + Words.quote(name);
    };
  }
}
