package io.aegis.policy.document;

import io.aegis.api.IpAddress;
import io.aegis.policy.AccessRequest;
import io.aegis.policy.Assurance;
import io.aegis.policy.Authentication;
import io.aegis.policy.Device;
import io.aegis.policy.Fact;
import io.aegis.policy.Principal;
import io.aegis.policy.RecordedRequest;
import io.aegis.policy.Source;
import io.aegis.policy.document.Fields.Values;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** How recorded requests are written: one JSON object, which is YAML as well. */
final class RequestForms {

  private static final Form<Instant> INSTANT =
      TextForm.any("an instant such as \"2026-03-01T02:00:00Z\"", RequestForms::instant);
  private static final Form<List<String>> TEXTS = CommonForms.texts("a list of texts", "a text");

  private static final Field<List<String>> METHODS =
      Field.required("methods", TEXTS, "How the user logged in, by the names of RFC 8176.");
  private static final Field<Instant> AUTHENTICATED_AT =
      Field.required("at", INSTANT, "When that was.");
  private static final Fields<Authentication> AUTHENTICATION =
      Fields.of(
          "an authentication",
          "How and when the user logged in.",
          List.of(METHODS, AUTHENTICATED_AT),
          v -> new Authentication(Set.copyOf(v.get(METHODS)), v.get(AUTHENTICATED_AT)));

  private static final Field<String> PRINCIPAL_ID =
      Field.required("id", CommonForms.TEXT, "What rules name the user by.");
  private static final Field<String> NAME =
      Field.optional("name", CommonForms.TEXT, "the id", "What people read.");
  private static final Field<Boolean> ACTIVE =
      Field.optional("active", PlainForm.truth(), "`true`", "Whether the account is enabled.");
  private static final Field<List<String>> ROLES =
      Field.optional("roles", TEXTS, "none", "The roles.");
  private static final Field<List<String>> GROUPS =
      Field.optional("groups", TEXTS, "none", "The groups, all that these lie in included.");
  private static final Field<List<Map.Entry<String, String>>> CLAIMS =
      Field.optional(
          "claims",
          NamesForm.of(
              "a mapping from claims to texts",
              CommonForms.TEXT,
              (name, value) -> Map.entry(name.text(), value)),
          "none",
          "What the identity provider says besides.");
  private static final Field<Authentication> AUTHENTICATED =
      Field.required("authentication", AUTHENTICATION, "How and when the user logged in.");
  private static final Fields<Principal> PRINCIPAL =
      Fields.of(
          "a principal",
          "Who asked.",
          List.of(PRINCIPAL_ID, NAME, ACTIVE, ROLES, GROUPS, CLAIMS, AUTHENTICATED),
          RequestForms::principal);

  private static final Field<IpAddress> ADDRESS =
      Field.required("address", TextForm.any("an IP address", IpAddress::parse), "The address.");
  private static final Field<Assurance> ASSURANCE =
      Field.optional(
          "assurance",
          TextForm.any("an assurance", Assurance::parse),
          "`ip`",
          "How sure it is that packets are the user's.");
  private static final Fields<Source> SOURCE =
      Fields.of(
          "a source",
          "From where.",
          List.of(ADDRESS, ASSURANCE, TestForms.LINK, TestForms.REGION),
          values ->
              new Source(
                  values.get(ADDRESS),
                  values.find(ASSURANCE).orElse(Assurance.IP),
                  values.find(TestForms.LINK).orElse(null),
                  values.find(TestForms.REGION).orElse(null)));

  private static final Field<Object> VALUE =
      Field.required("value", new FactForm(), "What was observed.");
  private static final Field<Instant> OBSERVED =
      Field.required("observed_at", INSTANT, "When it was observed.");
  private static final Fields<Fact> FACT =
      Fields.of(
          "a fact",
          "What is known of the device.",
          List.of(VALUE, OBSERVED),
          values -> new Fact(values.get(VALUE), values.get(OBSERVED)));
  private static final Field<String> DEVICE_ID =
      Field.required("id", CommonForms.TEXT, "What never changes about the device.");
  private static final Field<List<Map.Entry<String, Fact>>> FACTS =
      Field.optional(
          "facts",
          NamesForm.of(
              "a mapping from facts to their values",
              FACT,
              (name, value) -> Map.entry(name.text(), value)),
          "none",
          "What is known of it, by name.");
  private static final Fields<Device> DEVICE =
      Fields.of(
          "a device",
          "The device that the user asked from.",
          List.of(DEVICE_ID, FACTS),
          values -> new Device(values.get(DEVICE_ID), map(values.find(FACTS).orElse(List.of()))));

  private static final Field<Instant> AT = Field.required("at", INSTANT, "When it was asked.");
  private static final Field<String> SERVICE =
      Field.required("service", CommonForms.TEXT, "The id of the service.");
  private static final Field<Principal> ASKING =
      Field.required("principal", PRINCIPAL, "Who asked.");
  private static final Field<Source> FROM = Field.required("source", SOURCE, "From where.");
  private static final Field<Device> WITH =
      Field.optional("device", DEVICE, "not known", "The device that the user asked from.");
  private static final Field<Instant> SESSION_END =
      Field.required("session_end", INSTANT, "When the session was to end.");
  private static final Field<List<String>> OTHERS =
      Field.optional("others", TEXTS, "nobody", "Who else held the service from the same address.");
  private static final Field<Boolean> PERMITTED =
      Field.required("permitted", PlainForm.truth(), "What was decided.");

  /** A recorded request. */
  static final Fields<RecordedRequest> RECORD =
      Fields.of(
          "a recorded request",
          "One line.",
          List.of(AT, PERMITTED, SERVICE, ASKING, FROM, WITH, SESSION_END, OTHERS),
          RequestForms::recorded);

  private RequestForms() {}

  private static Instant instant(String text) throws BadTextException {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new BadTextException(
          0, "expected an instant such as 2026-03-01T02:00:00Z, found " + Printable.quote(text));
    }
  }

  private static Principal principal(Values values) {
    return new Principal(
        values.get(PRINCIPAL_ID),
        values.find(NAME).orElse(values.get(PRINCIPAL_ID)),
        values.find(ACTIVE).orElse(true),
        Set.copyOf(values.find(ROLES).orElse(List.of())),
        Set.copyOf(values.find(GROUPS).orElse(List.of())),
        map(values.find(CLAIMS).orElse(List.of())),
        values.get(AUTHENTICATED));
  }

  private static RecordedRequest recorded(Values values) {
    var request =
        new AccessRequest(
            values.get(ASKING),
            values.get(FROM),
            values.get(SERVICE),
            values.get(AT),
            values.get(SESSION_END),
            Set.copyOf(values.find(OTHERS).orElse(List.of())),
            values.find(WITH).orElse(null));
    return new RecordedRequest(request, values.get(PERMITTED));
  }

  private static <V> Map<String, V> map(List<Map.Entry<String, V>> entries) {
    return entries.stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Writes a record so that {@link #RECORD} reads an equal one: maps, lists, texts and so on. */
  static Map<String, Object> json(RecordedRequest recorded) {
    AccessRequest request = recorded.request();
    var json = new LinkedHashMap<String, Object>();
    json.put("at", request.now().toString());
    json.put("permitted", recorded.permitted());
    json.put("service", request.serviceId());
    json.put("principal", json(request.principal()));
    json.put("source", json(request.source()));
    Device device = request.device();
    if (device != null) {
      json.put("device", json(device));
    }
    json.put("session_end", request.sessionEnd().toString());
    putSorted(json, "others", request.otherPrincipalsOnSource());
    return json;
  }

  private static Map<String, Object> json(Principal principal) {
    var json = new LinkedHashMap<String, Object>();
    json.put("id", principal.id());
    json.put("name", principal.name());
    json.put("active", principal.active());
    putSorted(json, "roles", principal.roles());
    putSorted(json, "groups", principal.groups());
    json.put("claims", new TreeMap<>(principal.claims()));
    var authentication = new LinkedHashMap<String, Object>();
    putSorted(authentication, "methods", principal.authentication().methods());
    authentication.put("at", principal.authentication().at().toString());
    json.put("authentication", authentication);
    return json;
  }

  private static Map<String, Object> json(Source source) {
    var json = new LinkedHashMap<String, Object>();
    json.put("address", source.address().toString());
    json.put("assurance", source.assurance().toString());
    if (source.link() != null) {
      var link = new LinkedHashMap<String, Object>();
      source.link().knownInterface().ifPresent(name -> link.put("interface", name));
      source.link().knownVlan().ifPresent(vlan -> link.put("vlan", vlan));
      source.link().knownMac().ifPresent(mac -> link.put("mac", mac));
      json.put("link", link);
    }
    if (source.region() != null) {
      json.put("region", source.region());
    }
    return json;
  }

  private static Map<String, Object> json(Device device) {
    var facts = new TreeMap<String, Object>();
    device
        .facts()
        .forEach((name, fact) ->
            facts.put(
                name, Map.of("value", fact.value(), "observed_at", fact.observedAt().toString())));
    var json = new LinkedHashMap<String, Object>();
    json.put("id", device.id());
    json.put("facts", facts);
    return json;
  }

  private static void putSorted(Map<String, Object> json, String key, Set<String> values) {
    json.put(key, new TreeSet<>(values));
  }
}
