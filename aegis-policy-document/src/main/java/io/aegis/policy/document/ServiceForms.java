package io.aegis.policy.document;

import io.aegis.api.Grant;
import io.aegis.api.Target;
import io.aegis.policy.Assurance;
import io.aegis.policy.Lifetime;
import io.aegis.policy.Service;
import io.aegis.policy.SharedSource;
import io.aegis.policy.document.Fields.Values;
import io.aegis.policy.document.Node.Scalar;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** How services are written. */
final class ServiceForms {

  private static final Field<Duration> HARD =
      Field.required(
          "hard",
          CommonForms.duration(ServiceForms::hard),
          "The longest a grant lives, more than 0 and at most 365 days; traffic does not extend it.");

  private static final Field<Duration> IDLE =
      Field.optional(
          "idle",
          CommonForms.duration(ServiceForms::idle),
          "no limit",
          "The time without traffic after which a grant ends, at least "
              + Grant.LEAST_IDLE_LIMIT.toSeconds()
              + " s.");

  private static final Field<Boolean> LEASE =
      Field.optional(
          "lease",
          PlainForm.truth(),
          "`false`",
          "Whether a grant also ends when the gateway loses touch with the controller.");

  private static final Fields<Lifetime> LIFETIME =
      Fields.of(
          "a lifetime",
          "How long a grant for a service lives once it is made.",
          List.of(HARD, IDLE, LEASE),
          values ->
              new Lifetime(
                  values.get(HARD),
                  values.find(IDLE).orElse(null),
                  values.find(LEASE).orElse(false)));

  private static final Field<String> NAME =
      Field.optional("name", CommonForms.TEXT, "its id", "What people read.");

  private static final Field<List<Target>> TARGETS =
      Field.required(
          "targets",
          ListForm.of(
              "a list of targets",
              TextForm.like(TargetText.NAME, TargetText.PATTERN, TargetText::parse)),
          "What it is on the wire: `tcp ADDRESS:PORT`, `udp ADDRESS:PORT` or `icmp-echo ADDRESS`. An address may be a prefix (`10.2.0.0/24`), an IPv6 one stands in brackets before a port (`tcp [fd00:2::7]:443`), a port may be a range (`8000-8080`) or `any`. An empty list is denied to everybody.");

  /** The tags. */
  static final Field<List<String>> TAGS =
      Field.optional(
          "tags",
          CommonForms.texts("a list of tags", "a tag"),
          "none",
          "By which rules name many services at once.");

  private static final Field<Lifetime> LIFE =
      Field.required("lifetime", LIFETIME, "How long a grant for it lives.");

  private static final Field<Assurance> ASSURANCE =
      Field.optional(
          "assurance",
          CommonForms.oneOf("an assurance", Stream.of(Assurance.values()), text -> text),
          "`ip`",
          "The least assurance of a source: how sure it is that packets are the user's. Each is surer than those before it.");

  private static final Field<SharedSource> SHARED =
      Field.optional(
          "shared-source",
          CommonForms.oneOf(
              "a choice", Stream.of(SharedSource.values()), text -> text.toLowerCase(Locale.ROOT)),
          "`refuse`",
          "What happens when a second user asks for it from the same address: `refuse` the newcomer, let the newcomer `takeover`, or have it `shared`.");

  /** A service. */
  static final Fields<Function<Scalar, Placed<Service>>> SERVICE =
      Fields.of(
          "a service",
          "A protected thing, and what it asks of whoever reaches it.",
          List.of(NAME, TARGETS, TAGS, LIFE, ASSURANCE, SHARED),
          ServiceForms::service);

  private ServiceForms() {}

  // A lifetime holds itself to the same; here it is told where the limit stands, as it is written,
  // and whatever becomes of the limit beside it.
  private static Duration hard(String text) throws BadTextException {
    Duration hard = DurationText.parse(text);
    if (!hard.isPositive() || hard.compareTo(Lifetime.LONGEST) > 0) {
      throw new BadTextException(
          0,
          "a hard limit is more than 0 and at most %s, found %s"
              .formatted(DurationText.format(Lifetime.LONGEST), Printable.quote(text)));
    }
    return hard;
  }

  private static Duration idle(String text) throws BadTextException {
    Duration idle = DurationText.parse(text);
    if (idle.compareTo(Grant.LEAST_IDLE_LIMIT) < 0) {
      throw new BadTextException(
          0,
          "an idle limit is at least %s, found %s"
              .formatted(DurationText.format(Grant.LEAST_IDLE_LIMIT), Printable.quote(text)));
    }
    return idle;
  }

  private static Function<Scalar, Placed<Service>> service(Values values) {
    return id ->
        new Placed<>(
            new Service(
                id.text(),
                values.find(NAME).orElse(id.text()),
                values.get(TARGETS),
                Set.copyOf(values.find(TAGS).orElse(List.of())),
                values.get(LIFE),
                values.find(ASSURANCE).orElse(Assurance.IP),
                values.find(SHARED).orElse(SharedSource.REFUSE)),
            id.place());
  }
}
