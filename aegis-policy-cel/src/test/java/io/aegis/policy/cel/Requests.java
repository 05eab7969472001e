package io.aegis.policy.cel;

import io.aegis.api.IpAddress;
import io.aegis.policy.AccessRequest;
import io.aegis.policy.Assurance;
import io.aegis.policy.Authentication;
import io.aegis.policy.Condition;
import io.aegis.policy.ConditionResult;
import io.aegis.policy.Device;
import io.aegis.policy.Fact;
import io.aegis.policy.Link;
import io.aegis.policy.Principal;
import io.aegis.policy.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Requests that tests put conditions to. */
final class Requests {

  /** A Friday, 17:00 in Berlin. */
  static final Instant NOW = Instant.parse("2026-03-06T16:00:00Z");

  private static final CelConditions CEL = new CelConditions();

  private Requests() {}

  static Principal alice(Instant authenticated) {
    return new Principal(
        "u-17",
        "alice",
        true,
        Set.of("admin", "staff"),
        Set.of("finance", "payroll"),
        Map.of("department", "it", "cost center", "42"),
        new Authentication(Set.of("pwd", "webauthn"), authenticated));
  }

  static Source known() {
    return new Source(
        IpAddress.parse("10.1.2.3"),
        Assurance.IP_LINK,
        new Link("eth0", 12, "02:00:00:00:00:01"),
        "de");
  }

  static Source unknown() {
    return new Source(IpAddress.parse("2001:db8::7"), Assurance.IP);
  }

  static Device laptop(Instant observed) {
    return new Device(
        "laptop-3",
        Map.of(
            "os_version", Fact.of("14.5.1", observed),
            "kernel", Fact.of("6.1.0-91-generic", observed),
            "build", Fact.of("nightly", observed),
            "disk_encryption", Fact.of(true, observed),
            "jailbroken", Fact.of(false, observed),
            "patch_level", Fact.of(7, observed),
            "addresses", Fact.of(List.of("192.168.1.5", "10.9.9.9"), observed),
            "os-vendor", Fact.of("acme", observed)));
  }

  /** Alice at {@link #NOW}, authenticated an hour before, with facts a minute old. */
  static AccessRequest full() {
    return AccessRequest.of(
            alice(NOW.minus(Duration.ofHours(1))),
            known(),
            "web",
            NOW,
            NOW.plus(Duration.ofDays(30)))
        .from(laptop(NOW.minus(Duration.ofMinutes(1))));
  }

  /** The same without a device, and with nothing known of the source but its address. */
  static AccessRequest bare() {
    return AccessRequest.of(
        alice(NOW.minus(Duration.ofHours(1))),
        unknown(),
        "web",
        NOW,
        NOW.plus(Duration.ofDays(30)));
  }

  static Condition compile(String text) {
    return CEL.compile(text);
  }

  static ConditionResult evaluate(String text, AccessRequest request) {
    return compile(text).evaluate(request);
  }

  /** What came of a condition, in one word, or with the problem. */
  static String told(ConditionResult result) {
    return switch (result) {
      case ConditionResult.Holds _ -> "holds";
      case ConditionResult.Fails _ -> "fails";
      case ConditionResult.Undecidable(_, _, String problem) -> problem;
    };
  }
}
