package io.aegis.policy.document;

import static java.util.Objects.requireNonNull;

import io.aegis.policy.AccessRequest;
import io.aegis.policy.Authentication;
import io.aegis.policy.Groups;
import io.aegis.policy.Policy;
import io.aegis.policy.Principal;
import io.aegis.policy.Rule;
import io.aegis.policy.What;
import io.aegis.policy.Who;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A policy together with what belongs to it as a document. Two are equal if they say the same;
 * comments, order of keys and spelling of values are not looked at, nor where anything stands.
 *
 * <p>Whoever starts takes the {@link #policy} as it is: tests that fail, and warnings, must never
 * keep a gateway from starting with the policy it had. Whoever writes a policy takes {@link
 * #requirePassing} first.
 */
public final class PolicyDocument {
  private final Policy policy;
  private final Parts parts;
  private final Places places;

  PolicyDocument(Policy policy, Parts parts, Places places) {
    this.policy = requireNonNull(policy, "policy");
    this.parts = requireNonNull(parts, "parts");
    this.places = requireNonNull(places, "places");
  }

  /**
   * What a policy itself has no place for.
   *
   * @param roles the roles that are declared
   * @param groups the groups that are declared
   * @param users the users of the tests
   * @param tests the tests
   */
  record Parts(List<Role> roles, List<Group> groups, List<User> users, List<PolicyTest> tests) {
    /** Makes parts. */
    Parts {
      roles = List.copyOf(roles);
      groups = List.copyOf(groups);
      users = List.copyOf(users);
      tests = List.copyOf(tests);
    }
  }

  /**
   * Returns the document of a policy that was made in a program: it declares the roles and groups
   * that the rules name, and has no tests.
   *
   * @param policy the policy
   * @return a document that can be printed
   * @throws IllegalArgumentException if a rule is about a tag that no service has: no reader takes
   *     such a document, since the tag may be mistyped
   */
  public static PolicyDocument of(Policy policy) {
    Set<String> roles = new TreeSet<>();
    Set<String> groups = new TreeSet<>();
    Set<String> tags =
        policy.services().stream().flatMap(s -> s.tags().stream()).collect(Collectors.toSet());
    for (Rule rule : policy.rules()) {
      if (rule.what() instanceof What.Tag(String tag) && !tags.contains(tag)) {
        throw new IllegalArgumentException(
            "rule '%s' is about the tag '%s', which no service has".formatted(rule.id(), tag));
      }
      switch (rule.who()) {
        case Who.User _ -> {}
        case Who.Role(String name) -> roles.add(name);
        case Who.Group(String name) -> groups.add(name);
      }
    }
    var parts =
        new Parts(
            roles.stream().map(name -> new Role(name, null)).toList(),
            groups.stream().map(name -> new Group(name, null, Set.of())).toList(),
            List.of(),
            List.of());
    return new PolicyDocument(policy, parts, Places.NONE);
  }

  /**
   * Returns the policy.
   *
   * @return whole, and without a reference to anything that does not exist
   */
  public Policy policy() {
    return policy;
  }

  /**
   * Returns the roles that are declared.
   *
   * @return in the order of the document
   */
  public List<Role> roles() {
    return parts.roles();
  }

  /**
   * Returns the groups that are declared.
   *
   * @return in the order of the document; none lies in itself
   */
  public List<Group> groups() {
    return parts.groups();
  }

  /**
   * Returns the users that the tests speak of.
   *
   * @return in the order of the document
   */
  public List<User> users() {
    return parts.users();
  }

  /**
   * Returns the tests.
   *
   * @return in the order of the document
   */
  public List<PolicyTest> tests() {
    return parts.tests();
  }

  /**
   * Returns which groups lie in which.
   *
   * @return what resolves the groups of a principal
   */
  public Groups nesting() {
    return Groups.of(groups().stream().collect(Collectors.toMap(Group::name, Group::in)));
  }

  /**
   * Runs the tests.
   *
   * @return what came of each, in their order
   */
  public List<TestOutcome> runTests() {
    return TestRunner.of(this).run(places);
  }

  /**
   * Returns the request that a test is about.
   *
   * @param test a test that names a user of this document
   * @param now the time of the request if the test has none
   * @return the request
   * @throws IllegalArgumentException if there is no such user
   */
  public AccessRequest request(PolicyTest test, Instant now) {
    return TestRequests.of(this).request(test, now);
  }

  /**
   * Returns a user of this document as a principal.
   *
   * @param user the user
   * @param authentication how and when they proved who they are
   * @return the principal, with all groups that those of the user lie in
   */
  public Principal principal(User user, Authentication authentication) {
    return TestRequests.principal(user, nesting(), authentication);
  }

  /**
   * Runs the tests, and returns this document if all of them pass. It is for whoever writes a
   * policy; a start must not depend on it.
   *
   * @return this
   * @throws FailedTestsException if a test fails; it has every failure
   */
  public PolicyDocument requirePassing() throws FailedTestsException {
    List<TestOutcome> failed = runTests().stream().filter(outcome -> !outcome.passed()).toList();
    if (!failed.isEmpty()) {
      throw new FailedTestsException(failed);
    }
    return this;
  }

  /**
   * Returns what is allowed and yet looks like a mistake.
   *
   * @return the warnings in the order of their places, the first 1,000 of them; one more says so if
   *     there are others
   */
  public List<Warning> warnings() {
    return Linter.warnings(this, places);
  }

  /**
   * Returns this as text, in the form that all equal documents have but for the order of their
   * parts. Comments are not a part of a document.
   *
   * @return YAML that a {@link DocumentReader} with the same languages reads as an equal document
   */
  public String print() {
    return DocumentPrinter.print(this);
  }

  /**
   * Returns a user that the tests speak of.
   *
   * @param id the id
   * @return the user, if there is one
   */
  public Optional<User> user(String id) {
    return users().stream().filter(user -> user.id().equals(id)).findFirst();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PolicyDocument that
        && policy.equals(that.policy)
        && parts.equals(that.parts);
  }

  @Override
  public int hashCode() {
    return Objects.hash(policy, parts);
  }

  /** Returns for example {@code policy version 7: 3 services, 5 rules, 4 tests}. */
  @Override
  public String toString() {
    var counts = new ArrayList<String>();
    counts.add(count(policy.services().size(), "service"));
    counts.add(count(policy.rules().size(), "rule"));
    counts.add(count(tests().size(), "test"));
    return "policy version " + policy.version() + ": " + String.join(", ", counts);
  }

  private static String count(int number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }
}
