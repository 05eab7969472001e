package io.aegis.policy.document;

import io.aegis.policy.InvalidPolicyException;
import io.aegis.policy.Policy;
import io.aegis.policy.Rule;
import io.aegis.policy.Service;
import io.aegis.policy.What;
import io.aegis.policy.Who;
import io.aegis.policy.document.Draft.GroupDraft;
import io.aegis.policy.document.Draft.RuleDraft;
import io.aegis.policy.document.Draft.TestDraft;
import io.aegis.policy.document.Draft.UserDraft;
import io.aegis.policy.document.Node.Entry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Puts the parts of a document together: whatever one of them names must exist. Used once, by one
 * thread.
 */
final class Assembly {
  private final Draft draft;
  private final Node.Entries root;
  private final Problems problems;

  private Assembly(Draft draft, Node.Entries root, Problems problems) {
    this.draft = draft;
    this.root = root;
    this.problems = problems;
  }

  /** Returns the document, or reports what does not fit. */
  static Optional<PolicyDocument> of(Draft draft, Node.Entries root, Problems problems) {
    var assembly = new Assembly(draft, root, problems);
    assembly.checkGroups();
    assembly.checkRules();
    assembly.checkUsers();
    assembly.checkTests();
    return problems.isEmpty() ? assembly.document() : Optional.empty();
  }

  /**
   * The names of a section, whether what stands at them could be read or not.
   *
   * @param section the key of the section
   * @param names the names
   * @param isKnown false if the section itself could not be read, so that nothing is known
   */
  private record Declared(String section, Set<String> names, boolean isKnown) {
    static Declared of(Field<?> section, Stream<String> names) {
      return new Declared(section.key(), names.collect(Collectors.toUnmodifiableSet()), true);
    }
  }

  private Declared declared(Field<?> section) {
    Node node =
        root.entries().stream()
            .filter(entry -> entry.key().text().equals(section.key()))
            .map(Entry::value)
            .findFirst()
            .orElse(new Node.Entries(root.place(), List.of()));
    if (!(node instanceof Node.Entries(_, List<Entry> entries))) {
      return new Declared(section.key(), Set.of(), false);
    }
    var names = new LinkedHashSet<String>();
    entries.forEach(entry -> names.add(entry.key().text()));
    return new Declared(section.key(), names, true);
  }

  /** The tags that services bear; nothing is known if one of the services cannot be looked at. */
  private Declared tags() {
    var tags = new LinkedHashSet<String>();
    boolean isKnown = declared(DocumentForms.SERVICES).isKnown();
    for (Entry service : entries(root, DocumentForms.SERVICES.key())) {
      isKnown &= service.value() instanceof Node.Entries;
      for (Entry field : fields(service.value(), ServiceForms.TAGS.key())) {
        isKnown &= field.value() instanceof Node.Items;
        tags.addAll(texts(field.value()));
      }
    }
    return new Declared(DocumentForms.SERVICES.key(), tags, isKnown);
  }

  private static List<Entry> entries(Node node, String key) {
    return fields(node, key).stream()
        .flatMap(field ->
            field.value() instanceof Node.Entries(_, List<Entry> entries)
                ? entries.stream()
                : Stream.empty())
        .toList();
  }

  private static List<Entry> fields(Node node, String key) {
    return node instanceof Node.Entries(_, List<Entry> entries)
        ? entries.stream().filter(entry -> entry.key().text().equals(key)).toList()
        : List.of();
  }

  private static List<String> texts(Node node) {
    return node instanceof Node.Items(_, List<Node> items)
        ? items.stream()
            .flatMap(each ->
                each instanceof Node.Scalar scalar ? Stream.of(scalar.text()) : Stream.empty())
            .toList()
        : List.of();
  }

  private static void require(
      Declared declared, String kind, Placed<String> reference, Problems problems) {
    String name = reference.value();
    if (declared.isKnown() && !declared.names().contains(name)) {
      problems.addUnknown(
          reference.place(),
          "there is no %s %s below '%s'".formatted(kind, Printable.quote(name), declared.section()),
          name,
          declared.names());
    }
  }

  private void checkGroups() {
    Declared groups = declared(DocumentForms.GROUPS);
    for (GroupDraft group : draft.sections().groups()) {
      requireAll(groups, "group", group.in());
    }
    GroupCircles.report(draft.sections().groups(), problems);
  }

  private void requireAll(Declared declared, String kind, List<Placed<String>> references) {
    var seen = new HashSet<String>();
    for (Placed<String> reference : references) {
      require(declared, kind, reference, problems);
      if (!seen.add(reference.value())) {
        problems.add(
            reference.place(),
            "%s %s stands here twice".formatted(kind, Printable.quote(reference.value())));
      }
    }
  }

  private void checkRules() {
    Declared roles = declared(DocumentForms.ROLES);
    Declared groups = declared(DocumentForms.GROUPS);
    Declared services = declared(DocumentForms.SERVICES);
    Declared tags = tags();
    for (RuleDraft each : draft.rules()) {
      switch (each.rule().who()) {
        case Who.User _ -> {} // users come from where people log in
        case Who.Role(String name) ->
            require(roles, "role", new Placed<>(name, each.who()), problems);
        case Who.Group(String name) ->
            require(groups, "group", new Placed<>(name, each.who()), problems);
      }
      switch (each.rule().what()) {
        case What.OneService(String id) ->
            require(services, "service", new Placed<>(id, each.what()), problems);
        case What.Tag(String name) -> requireTag(tags, new Placed<>(name, each.what()));
      }
    }
  }

  // A forbid about a tag that is mistyped would let everybody in, as with a role.
  private void requireTag(Declared tags, Placed<String> tag) {
    if (tags.isKnown() && !tags.names().contains(tag.value())) {
      problems.addUnknown(
          tag.place(),
          "no service has the tag " + Printable.quote(tag.value()),
          tag.value(),
          tags.names());
    }
  }

  private void checkUsers() {
    Declared roles = declared(DocumentForms.ROLES);
    Declared groups = declared(DocumentForms.GROUPS);
    for (UserDraft user : draft.sections().users()) {
      requireAll(roles, "role", user.roles());
      requireAll(groups, "group", user.groups());
    }
  }

  private void checkTests() {
    Declared users = declared(DocumentForms.USERS);
    Declared services = declared(DocumentForms.SERVICES);
    Declared rules = declared(DocumentForms.RULES);
    draft.sections().tests().forEach(each -> check(each, users, services, rules, problems));
  }

  private static void check(
      TestDraft test, Declared users, Declared services, Declared rules, Problems problems) {
    TestSentence sentence = test.sentence();
    require(users, "user", sentence.user(), problems);
    require(services, "service", sentence.service(), problems);
    if (test.because() != null) {
      require(rules, "rule", test.because(), problems);
    }
  }

  /** Returns a test that was not read with its document, after reporting what it names in vain. */
  static PolicyTest check(TestDraft test, PolicyDocument document, Problems problems) {
    Policy policy = document.policy();
    check(
        test,
        Declared.of(DocumentForms.USERS, document.users().stream().map(User::id)),
        Declared.of(DocumentForms.SERVICES, policy.services().stream().map(Service::id)),
        Declared.of(DocumentForms.RULES, policy.rules().stream().map(Rule::id)),
        problems);
    return test.test();
  }

  private Optional<PolicyDocument> document() {
    List<Service> services = draft.services().stream().map(Placed::value).toList();
    List<Rule> rules = draft.rules().stream().map(RuleDraft::rule).toList();
    try {
      var policy = new Policy(draft.version(), services, rules);
      return Optional.of(new PolicyDocument(policy, parts(), places()));
    } catch (InvalidPolicyException e) {
      // Whatever a policy refuses is looked for above with its place; this is for what is not.
      e.mistakes().forEach(mistake -> problems.add(root.place(), mistake));
      return Optional.empty();
    }
  }

  private PolicyDocument.Parts parts() {
    Draft.Sections sections = draft.sections();
    return new PolicyDocument.Parts(
        sections.roles(),
        sections.groups().stream()
            .map(g -> new Group(g.name().value(), g.about(), CommonForms.names(g.in())))
            .toList(),
        sections.users().stream().map(UserDraft::user).toList(),
        sections.tests().stream().map(TestDraft::test).toList());
  }

  private Places places() {
    Map<String, Place> services = new HashMap<>();
    draft.services().forEach(each -> services.put(each.value().id(), each.place()));
    Map<String, Place> rules = new HashMap<>();
    draft.rules().forEach(each -> rules.put(each.rule().id(), each.place()));
    return new Places(
        services,
        rules,
        draft.sections().tests().stream().map(each -> each.sentence().user().place()).toList());
  }
}
