package io.aegis.policy.document;

import io.aegis.policy.Service;
import io.aegis.policy.document.Draft.GroupDraft;
import io.aegis.policy.document.Draft.RuleDraft;
import io.aegis.policy.document.Draft.Sections;
import io.aegis.policy.document.Draft.TestDraft;
import io.aegis.policy.document.Draft.UserDraft;
import io.aegis.policy.document.Fields.Values;
import io.aegis.policy.document.Node.Scalar;
import java.util.List;
import java.util.function.Function;

/** How a whole document is written. */
final class DocumentForms {

  private static final Field<Long> FORMAT =
      Field.required(
          "format",
          PlainForm.number("the number of the format, which is 1", 1, 1),
          "The format of the document, which is 1.");

  private static final Field<Long> VERSION =
      Field.optional(
          "version",
          PlainForm.number("the version of the policy, 0 or more", 0, 999_999_999_999_999_999L),
          "0",
          "The version of the policy; a newer one has a higher number.");

  /** The roles. */
  static final Field<List<Role>> ROLES =
      section("roles", "a mapping from names to roles", PeopleForms.ROLE, "The roles, by name.");

  /** The groups. */
  static final Field<List<GroupDraft>> GROUPS =
      section(
          "groups", "a mapping from names to groups", PeopleForms.GROUP, "The groups, by name.");

  /** The services. */
  static final Field<List<Placed<Service>>> SERVICES =
      section(
          "services",
          "a mapping from ids to services",
          ServiceForms.SERVICE,
          "The protected services, by id.");

  /** The rules. */
  static final Field<List<RuleDraft>> RULES =
      section("rules", "a mapping from ids to rules", RuleForms.RULE, "The rules, by id.");

  /** The users. */
  static final Field<List<UserDraft>> USERS =
      section(
          "users",
          "a mapping from ids to users",
          PeopleForms.USER,
          "The users that the tests speak of, by id.");

  private static final Field<List<TestDraft>> TESTS =
      Field.optional(
          "tests",
          ListForm.of("a list of tests", TestForms.EITHER),
          "none",
          "What the policy is held to.");

  /** The document. */
  static final Fields<Draft> DOCUMENT =
      Fields.of(
          "a policy document",
          "The whole document. Names have 1 to 255 characters, and letter case counts.",
          List.of(FORMAT, VERSION, ROLES, GROUPS, SERVICES, RULES, USERS, TESTS),
          DocumentForms::draft);

  private DocumentForms() {}

  private static <T> Field<List<T>> section(
      String key, String name, Form<Function<Scalar, T>> form, String doc) {
    Form<List<T>> names = NamesForm.of(name, form, (id, maker) -> maker.apply(id));
    return Field.optional(key, names, "none", doc);
  }

  private static Draft draft(Values values) {
    return new Draft(
        values.find(VERSION).orElse(0L),
        new Sections(
            values.find(ROLES).orElse(List.of()),
            values.find(GROUPS).orElse(List.of()),
            values.find(USERS).orElse(List.of()),
            values.find(TESTS).orElse(List.of())),
        values.find(SERVICES).orElse(List.of()),
        values.find(RULES).orElse(List.of()));
  }
}
