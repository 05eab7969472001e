package io.aegis.policy.document;

import io.aegis.policy.Authentication;
import io.aegis.policy.Device;
import io.aegis.policy.Fact;
import io.aegis.policy.Link;
import io.aegis.policy.Source;
import io.aegis.policy.document.Draft.TestDraft;
import io.aegis.policy.document.Fields.Values;
import io.aegis.policy.document.PolicyTest.Circumstances;
import io.aegis.policy.document.PolicyTest.ObservedDevice;
import io.aegis.policy.document.PolicyTest.ObservedFact;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** How tests are written. */
final class TestForms {

  private static final Form<TestSentence> SENTENCE =
      TextForm.placed(TestSentence.NAME, TestSentence.PATTERN, TestSentence::parse);

  private static final Field<TestSentence> TEST =
      Field.required(
          "test",
          SENTENCE,
          "`USER from ADDRESS [over ASSURANCE] [at TIME ZONE] may [not] reach SERVICE`, for example `alice from 10.1.2.3 over ip+link at 2026-03-01T03:00 Europe/Berlin may not reach payroll-db`. Without `at` it is held throughout a week in winter (from 2026-01-05, UTC) and one in summer (from 2026-07-06).");

  private static final Field<List<String>> METHODS =
      Field.optional(
          "methods",
          CommonForms.texts("a list of methods", "a method such as webauthn"),
          "`[pwd]`",
          "How the user logged in, by the names of RFC 8176.");

  private static final Field<Duration> AUTHENTICATED =
      Field.optional(
          "authenticated", CommonForms.DURATION, "`0s`", "How long before the test that was.");

  private static final Field<Duration> SESSION =
      Field.optional(
          "session",
          CommonForms.DURATION,
          "`8h`",
          "How much longer the session lasts; with `0s` it is over.");

  private static final Field<String> INTERFACE =
      Field.optional("interface", CommonForms.TEXT, "not known", "The interface of the gateway.");

  private static final Field<Long> VLAN =
      Field.optional(
          "vlan", PlainForm.number("a VLAN, 1 to 4094", 1, 4_094), "not known", "The VLAN.");

  private static final Field<String> MAC =
      Field.optional(
          "mac",
          TextForm.any("a MAC address such as '02:00:00:00:00:01'", text -> text),
          "not known",
          "The MAC address of the sender.");

  private static final Fields<Link> LINK_FIELDS =
      Fields.of(
          "a link",
          "The link that packets arrive on, as far as it is known; at least one of these.",
          List.of(INTERFACE, VLAN, MAC),
          values ->
              new Link(
                  values.find(INTERFACE).orElse(null),
                  values.find(VLAN).map(Long::intValue).orElse(null),
                  values.find(MAC).orElse(null)));

  /** The link of a source. */
  static final Field<Link> LINK =
      Field.optional("link", LINK_FIELDS, "not known", "The link that packets arrive on.");

  /** The region of a source. */
  static final Field<String> REGION =
      Field.optional("region", CommonForms.TEXT, "not known", "Where they come from.");

  private static final Form<Object> FACT_VALUE = new FactForm();

  private static final Field<Object> VALUE =
      Field.required("value", FACT_VALUE, "What was observed, as when it stands alone.");

  private static final Field<Duration> AGE =
      Field.required("age", CommonForms.DURATION, "How long before the test it was observed.");

  private static final Form<ObservedFact> FACT =
      EitherForm.of(
          new MappedForm<>(FACT_VALUE, value -> new ObservedFact(value, Duration.ZERO)),
          Fields.of(
              "a fact",
              "A fact with the time at which it was observed.",
              List.of(VALUE, AGE),
              values -> new ObservedFact(values.get(VALUE), values.get(AGE))));

  private static final Field<String> ID =
      Field.optional("id", CommonForms.TEXT, "`device`", "What never changes about the device.");

  private static final Field<List<Map.Entry<String, ObservedFact>>> FACTS =
      Field.optional(
          "facts",
          NamesForm.of(
              "a mapping from facts to their values",
              FACT,
              (name, value) -> Map.entry(name.text(), value)),
          "none",
          "What is known of it: a text, a whole number, `true` or `false`, or a list of texts; observed just now, or `{value: VALUE, age: DURATION}`. A version is a text: write it in quotes.");

  private static final Fields<ObservedDevice> DEVICE_FIELDS =
      Fields.of(
          "a device", "The device that the user asks from.", List.of(ID, FACTS), TestForms::device);

  private static final Field<ObservedDevice> DEVICE =
      Field.optional("device", DEVICE_FIELDS, "not known", "The device that the user asks from.");

  private static final Field<List<String>> OTHERS =
      Field.optional(
          "others",
          CommonForms.texts("a list of ids of users", "the id of a user"),
          "nobody",
          "Who else holds the service from the same address.");

  private static final Field<Placed<String>> BECAUSE =
      Field.optional(
          "because",
          CommonForms.reference("the id of a rule"),
          "any reason",
          "The id of a rule that must be among the reasons.");

  private static final Fields<TestDraft> FULL =
      Fields.of(
          "a test",
          "A test is a sentence, or a mapping where more is to be said. Tests keep a changed policy from being written; they never keep a server from starting.",
          List.of(TEST, METHODS, AUTHENTICATED, SESSION, LINK, REGION, DEVICE, OTHERS, BECAUSE),
          TestForms::test);

  /** A test. */
  static final EitherForm<TestDraft> EITHER =
      EitherForm.of(
          new MappedForm<>(
              SENTENCE,
              sentence ->
                  new TestDraft(
                      made(sentence, Circumstances.usual(sentence.source()), null),
                      sentence,
                      null)),
          FULL);

  private TestForms() {}

  private static PolicyTest made(
      TestSentence sentence,
      Circumstances circumstances,
      @org.jspecify.annotations.Nullable String because) {
    return new PolicyTest(
        sentence.user().value(),
        sentence.service().value(),
        sentence.may(),
        sentence.at(),
        circumstances,
        because);
  }

  private static TestDraft test(Values values) {
    TestSentence sentence = values.get(TEST);
    Source source =
        new Source(
            sentence.source().address(),
            sentence.source().assurance(),
            values.find(LINK).orElse(null),
            values.find(REGION).orElse(null));
    Set<String> methods = values.find(METHODS).map(Set::copyOf).orElse(Circumstances.METHODS);
    var unused = new Authentication(methods, Instant.EPOCH); // refuses what is none
    var circumstances =
        new Circumstances(
            source,
            unused.methods(),
            values.find(AUTHENTICATED).orElse(Duration.ZERO),
            values.find(SESSION).orElse(Circumstances.SESSION),
            values.find(DEVICE).orElse(null),
            Set.copyOf(values.find(OTHERS).orElse(List.of())));
    Placed<String> because = values.find(BECAUSE).orElse(null);
    return new TestDraft(
        made(sentence, circumstances, because == null ? null : because.value()), sentence, because);
  }

  private static ObservedDevice device(Values values) {
    Map<String, ObservedFact> facts =
        values.find(FACTS).orElse(List.of()).stream()
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    Map<String, Fact> dated =
        facts.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, e -> new Fact(e.getValue().value(), Instant.EPOCH)));
    var known = new Device(values.find(ID).orElse(ObservedDevice.ID), dated); // refuses bad names
    return new ObservedDevice(known.id(), facts);
  }
}
