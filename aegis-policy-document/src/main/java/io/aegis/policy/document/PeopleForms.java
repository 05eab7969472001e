package io.aegis.policy.document;

import io.aegis.policy.Authentication;
import io.aegis.policy.Principal;
import io.aegis.policy.Who;
import io.aegis.policy.document.Draft.GroupDraft;
import io.aegis.policy.document.Draft.UserDraft;
import io.aegis.policy.document.Fields.Values;
import io.aegis.policy.document.Node.Scalar;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How roles, groups and users are written. */
final class PeopleForms {

  private static final Field<String> ABOUT =
      Field.optional("about", CommonForms.TEXT, "nothing", "What it is for, in words for people.");

  /** A role. */
  static final Fields<Function<Scalar, Role>> ROLE =
      Fields.of(
          "a role",
          "A role that rules and users name. Who has it is known where people log in. Write `{}` if there is nothing to say.",
          List.of(ABOUT),
          values -> name -> role(name, values));

  private static final Field<List<Placed<String>>> IN =
      Field.optional(
          "in",
          CommonForms.references("a list of groups", "the name of a group"),
          "none",
          "The groups that everybody in this one is in too.");

  /** A group. */
  static final Fields<Function<Scalar, GroupDraft>> GROUP =
      Fields.of(
          "a group",
          "A group that rules and users name. Groups may lie in each other, but not in a circle. Write `{}` if there is nothing to say.",
          List.of(ABOUT, IN),
          values -> name -> group(name, values));

  private static final Field<String> NAME =
      Field.optional("name", CommonForms.TEXT, "its id", "What people read.");

  private static final Field<List<Placed<String>>> ROLES =
      Field.optional(
          "roles",
          CommonForms.references("a list of roles", "the name of a role"),
          "none",
          "The roles of the user.");

  private static final Field<List<Placed<String>>> GROUPS =
      Field.optional(
          "groups",
          CommonForms.references("a list of groups", "the name of a group"),
          "none",
          "The groups of the user; those that these are in come by themselves.");

  private static final Field<List<Map.Entry<String, String>>> CLAIMS =
      Field.optional(
          "claims",
          NamesForm.of(
              "a mapping from claims to texts",
              CommonForms.TEXT,
              (name, value) -> Map.entry(name.text(), value)),
          "none",
          "What the identity provider says besides, for conditions.");

  private static final Field<Boolean> DISABLED =
      Field.optional(
          "disabled",
          PlainForm.truth(),
          "`false`",
          "Whether the account is disabled; such a user is denied everything.");

  /** A user. */
  static final Fields<Function<Scalar, UserDraft>> USER =
      Fields.of(
          "a user",
          "A user as the tests know them. It gives nobody anything: the users there are come from where people log in.",
          List.of(NAME, ROLES, GROUPS, CLAIMS, DISABLED),
          values -> id -> user(id, values));

  private PeopleForms() {}

  // What a rule could not name is no name here either; the engine knows the bounds.
  private static Role role(Scalar name, Values values) {
    Who.role(name.text());
    return new Role(name.text(), values.find(ABOUT).orElse(null));
  }

  private static GroupDraft group(Scalar name, Values values) {
    Who.group(name.text());
    return new GroupDraft(
        new Placed<>(name.text(), name.place()),
        values.find(ABOUT).orElse(null),
        values.find(IN).orElse(List.of()));
  }

  private static UserDraft user(Scalar id, Values values) {
    List<Placed<String>> roles = values.find(ROLES).orElse(List.of());
    List<Placed<String>> groups = values.find(GROUPS).orElse(List.of());
    var principal =
        new Principal(
            id.text(),
            values.find(NAME).orElse(id.text()),
            !values.find(DISABLED).orElse(false),
            CommonForms.names(roles),
            CommonForms.names(groups),
            values.find(CLAIMS).orElse(List.of()).stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)),
            Authentication.password(Instant.EPOCH));
    return new UserDraft(User.of(principal), roles, groups);
  }
}
