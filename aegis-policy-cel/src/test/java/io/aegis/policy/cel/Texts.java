package io.aegis.policy.cel;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Conditions as somebody may write them, made up. */
final class Texts {

  private Texts() {}

  /** Terms that time does not change; some of what they name is absent or of another type. */
  static Arbitrary<String> timeless() {
    Arbitrary<String> paths =
        Arbitraries.of(
            "device.disk_encryption",
            "device.jailbroken",
            "device.patch_level",
            "device.os_version",
            "device.absent",
            "device[\"os-vendor\"]",
            "device.addresses",
            "device.kernel");
    Arbitrary<String> literals = Arbitraries.of("\"acme\"", "\"14.5.1\"", "\"de\"");
    Arbitrary<String> numbers = Arbitraries.of("7", "8", "-1");
    return Arbitraries.oneOf(
        equalities(),
        compared(paths, Arbitraries.of("<", "<=", ">", ">="), numbers),
        paths.filter(path -> !path.contains("[")).map(path -> "has(" + path + ")"),
        paths,
        Combinators.combine(literals, paths).as((a, b) -> a + " in " + b),
        Arbitraries.of("device.os_version", "device[\"os-vendor\"]", "device.absent")
            .map(path -> path + " in [\"acme\", \"14.5.1\"]"),
        paths.map(path -> "version_at_least(" + path + ", \"14.5\")"),
        paths.map(path -> "version_below(" + path + ", \"6.1\")"),
        Arbitraries.of(
            "\"webauthn\" in auth.methods",
            "\"otp\" in auth.methods",
            "source.region == \"de\"",
            "source.vlan >= 12",
            "has(source.mac)",
            "in_network(source.address, \"10.0.0.0/8\")",
            "\"floor\" in principal.claims",
            "principal.claims.department == \"it\"",
            "principal.groups.exists(g, g == \"finance\" && device.absent)",
            "device.addresses.all(a, in_network(a, \"10.0.0.0/8\") || device.disk_encryption)",
            "[1, 2].exists(x, x == device.patch_level)",
            "size(principal.roles) > 1",
            "1 / device.patch_level == 0",
            "1 / 0 == 0",
            "true",
            "false"));
  }

  /** Of one type: what is of two is undecidable here, and unequal for CEL. */
  private static Arbitrary<String> equalities() {
    Arbitrary<String> same = Arbitraries.of("==", "!=");
    return Arbitraries.oneOf(
        compared(
            Arbitraries.of("device.patch_level", "device.absent"),
            same,
            Arbitraries.of("7", "8", "-1")),
        compared(
            Arbitraries.of("device.jailbroken", "device.disk_encryption", "device.absent"),
            same,
            Arbitraries.of("true", "false")),
        compared(
            Arbitraries.of("device.os_version", "device[\"os-vendor\"]", "device.kernel"),
            same,
            Arbitraries.of("\"acme\"", "\"14.5.1\"", "\"de\"")));
  }

  private static Arbitrary<String> compared(
      Arbitrary<String> paths, Arbitrary<String> operators, Arbitrary<String> literals) {
    return Arbitraries.oneOf(
        Combinators.combine(paths, operators, literals).as((a, o, b) -> a + " " + o + " " + b),
        Combinators.combine(literals, operators, paths).as((a, o, b) -> a + " " + o + " " + b));
  }

  /** Terms that time changes. */
  static Arbitrary<String> timed() {
    Arbitrary<String> hours =
        Arbitraries.of(
            "00:00-12:00",
            "12:00-24:00",
            "Mon-Fri 08:00-18:00",
            "22:00-06:00",
            "Sat,Sun 01:30-02:30",
            "02:00-03:00",
            "Sun 00:00-24:00",
            "Mon 01:00-02:00; Tue 01:00-02:00");
    Arbitrary<String> zones =
        Arbitraries.of("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC");
    Arbitrary<String> durations = Arbitraries.of("10m", "1h", "7h30m", "1d", "2d");
    return Arbitraries.oneOf(
        Combinators.combine(hours, zones)
            .as((hour, zone) -> "within_hours(\"" + hour + "\", \"" + zone + "\")"),
        durations.map(duration -> "authenticated_within(\"" + duration + "\")"),
        Combinators.combine(
                Arbitraries.of("device.os_version", "device.kernel", "device.absent"), durations)
            .as((fact, duration) -> "fresh(" + fact + ", \"" + duration + "\")"));
  }

  /** Conditions over terms, three levels of logic at most. */
  static Arbitrary<String> conditions(Arbitrary<String> terms) {
    return conditions(terms, 3);
  }

  private static Arbitrary<String> conditions(Arbitrary<String> terms, int depth) {
    if (depth == 0) {
      return terms;
    }
    Arbitrary<String> parts = conditions(terms, depth - 1);
    Arbitrary<String> pairs =
        Combinators.combine(parts, Arbitraries.of(" && ", " || "), parts)
            .as((a, o, b) -> "(" + a + o + b + ")");
    return Arbitraries.oneOf(
        terms,
        pairs,
        pairs,
        parts.map(part -> "!(" + part + ")"),
        Combinators.combine(parts, parts, parts)
            .as((c, a, b) -> "((" + c + ") ? (" + a + ") : (" + b + "))"));
  }
}
