package io.aegis.policy.cel;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import io.aegis.api.IpAddress;
import io.aegis.api.Prefix;
import io.aegis.policy.InvalidConditionException.Mistake;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads the arguments of helpers that stand in the text, and says what is wrong with them. */
final class HelperCheck {

  /** No address with a length behind it has more characters. */
  private static final int MOST_OF_A_NETWORK = 49;

  private static final String FORM_OF_A_NETWORK = " (write 10.0.0.0/8 or 2001:db8::/32)";

  private final Places places;
  private final List<Mistake> mistakes = new ArrayList<>();

  private HelperCheck(Places places) {
    this.places = places;
  }

  static List<Mistake> of(CelExpr helper, Places places) {
    var check = new HelperCheck(places);
    check.look(helper, helper.call().function(), helper.call().args());
    return check.mistakes;
  }

  private void look(CelExpr helper, String function, List<CelExpr> arguments) {
    String form = form(function);
    if (arguments.size() != (function.equals(Vocabulary.AUTHENTICATED_WITHIN) ? 1 : 2)) {
      mistakes.add(places.mistake(helper, "write it as in " + form));
      return;
    }
    switch (function) {
      case Vocabulary.WITHIN_HOURS -> {
        required(arguments.get(0), "the hours", WeekText::parse);
        required(arguments.get(1), "the time zone", HelperCheck::zone);
      }
      case Vocabulary.FRESH -> {
        fact(arguments.get(0));
        required(arguments.get(1), "the duration", DurationText::parse);
      }
      case Vocabulary.AUTHENTICATED_WITHIN ->
          required(arguments.get(0), "the duration", DurationText::parse);
      case Vocabulary.IN_NETWORK -> {
        optional(arguments.get(0), HelperCheck::address);
        optional(arguments.get(1), HelperCheck::network);
      }
      default -> arguments.forEach(argument -> optional(argument, Version::parseExact));
    }
  }

  private static String form(String function) {
    return switch (function) {
      case Vocabulary.WITHIN_HOURS -> "within_hours(\"Mon-Fri 08:00-18:00\", \"Europe/Berlin\")";
      case Vocabulary.FRESH -> "fresh(device.os_version, \"24h\")";
      case Vocabulary.AUTHENTICATED_WITHIN -> "authenticated_within(\"8h\")";
      case Vocabulary.IN_NETWORK -> "in_network(source.address, \"10.0.0.0/8\")";
      default -> function + "(device.os_version, \"14.5\")";
    };
  }

  private void fact(CelExpr argument) {
    if (!(Path.of(argument).orElse(null) instanceof Path.OfFact)) {
      mistakes.add(
          places.mistake(
              argument, "only facts of the device have an age: fresh(device.os_version, \"24h\")"));
    }
  }

  /** Time helpers take texts that stand there: what they depend on is then known beforehand. */
  private void required(CelExpr argument, String what, Function<String, ?> reader) {
    if (Path.literal(argument).isEmpty()) {
      mistakes.add(places.mistake(argument, what + " has to stand here in quotation marks"));
    } else {
      optional(argument, reader);
    }
  }

  private void optional(CelExpr argument, Function<String, ?> reader) {
    Optional<String> text = Path.literal(argument);
    if (text.isEmpty()) {
      return; // an expression, which the type checker looks at
    }
    try {
      var _ = reader.apply(text.get());
    } catch (IllegalArgumentException e) {
      mistakes.add(
          places.mistake(
              argument, Refusal.quoted(text.get()) + " " + Refusal.onOneLine(e.getMessage())));
    }
  }

  /**
   * Reads a time zone.
   *
   * @throws IllegalArgumentException if it is none, in words that follow its text
   */
  static ZoneId zone(String text) {
    try {
      // The short names of the JDK are old, and some mean another zone than people think.
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      String hint =
          Nearest.hint(
              text,
              ZoneId.getAvailableZoneIds().stream()
                  .filter(id -> id.length() <= text.length() + 3)
                  .toList());
      throw new IllegalArgumentException(
          "is no time zone (write one as in Europe/Berlin, or UTC)" + hint, e);
    }
  }

  private static IpAddress address(String text) {
    try {
      return IpAddress.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("is no IP address (write 10.1.2.3 or 2001:db8::7)", e);
    }
  }

  /**
   * Reads a network.
   *
   * @throws IllegalArgumentException if it is none, in words that follow its text
   */
  static Prefix network(String text) {
    try {
      return Prefix.parse(text);
    } catch (IllegalArgumentException e) {
      String why = text.length() <= MOST_OF_A_NETWORK ? ": " + e.getMessage() : FORM_OF_A_NETWORK;
      throw new IllegalArgumentException("is no network" + why, e);
    }
  }

  /** Returns whether a constant is a number without a fraction. */
  static boolean isWhole(CelExpr expression) {
    return expression.getKind() == CelExpr.ExprKind.Kind.CONSTANT
        && expression.constant().getKind() == CelConstant.Kind.INT64_VALUE;
  }
}
