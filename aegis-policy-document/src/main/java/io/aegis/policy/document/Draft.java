package io.aegis.policy.document;

import io.aegis.policy.Rule;
import io.aegis.policy.Service;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of a document say, before it is known whether what they name exists.
 *
 * @param version the version of the policy
 * @param sections the roles, groups, users and tests
 * @param services the services
 * @param rules the rules
 */
record Draft(
    long version, Sections sections, List<Placed<Service>> services, List<RuleDraft> rules) {

  /** What a policy itself has no place for. */
  record Sections(
      List<Role> roles, List<GroupDraft> groups, List<UserDraft> users, List<TestDraft> tests) {}

  /**
   * A rule.
   *
   * @param rule the rule
   * @param place where its id stands
   * @param who where the name of the user, role or group stands
   * @param what where the name of the service or tag stands
   */
  record RuleDraft(Rule rule, Place place, Place who, Place what) {}

  /**
   * A group.
   *
   * @param name what it is called
   * @param about what is said of it; null if nothing is
   * @param in the groups that it is said to be in
   */
  record GroupDraft(Placed<String> name, @Nullable String about, List<Placed<String>> in) {}

  /**
   * A user.
   *
   * @param user the user
   * @param roles the roles, and where each stands
   * @param groups the groups, and where each stands
   */
  record UserDraft(User user, List<Placed<String>> roles, List<Placed<String>> groups) {}

  /**
   * A test.
   *
   * @param test the test
   * @param sentence its sentence, and where what it names stands
   * @param because the rule that it names; null if it names none
   */
  record TestDraft(PolicyTest test, TestSentence sentence, @Nullable Placed<String> because) {}
}
