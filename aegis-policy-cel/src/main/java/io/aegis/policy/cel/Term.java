package io.aegis.policy.cel;

import io.aegis.api.IpAddress;
import io.aegis.api.Prefix;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The terms that conditions mostly consist of, each about one value of the request, worked out
 * without the interpreter of CEL and with the result that it would give.
 */
sealed interface Term extends Node {

  /** {@code device.disk_encryption}. */
  record IsTrue(Path path) implements Term {
    @Override
    public Truth evaluate(Moment moment) {
      Object value = path.read(moment.request());
      return value instanceof Boolean truth
          ? moment.timeless(truth)
          : unfit(path, value, "true or false", moment);
    }
  }

  /** {@code has(device.os_version)}. */
  record Present(Path path) implements Term {
    @Override
    public Truth evaluate(Moment moment) {
      return moment.timeless(path.read(moment.request()) != null);
    }
  }

  /**
   * {@code source.region == "de"}. A value of another type is a mistake of whoever reported it, and
   * neither the same nor another: a forbid would be lifted by it, and by {@code !=} a permit met.
   */
  record Same(Path path, Object literal) implements Term {
    @Override
    public Truth evaluate(Moment moment) {
      Object value = path.read(moment.request());
      return value == null || value.getClass() != literal.getClass()
          ? unfit(path, value, typeOf(literal), moment)
          : moment.timeless(value.equals(literal));
    }
  }

  /** {@code source.region in ["de", "fr"]}. */
  record OneOf(Path path, Set<String> literals) implements Term {
    @Override
    public Truth evaluate(Moment moment) {
      Object value = path.read(moment.request());
      return value instanceof String text
          ? moment.timeless(literals.contains(text))
          : unfit(path, value, "a text", moment);
    }
  }

  /** {@code "webauthn" in auth.methods}. */
  record Member(String literal, Path path) implements Term {
    @Override
    public Truth evaluate(Moment moment) {
      Object value = path.read(moment.request());
      return value instanceof Collection<?> texts
          ? moment.timeless(texts.contains(literal))
          : unfit(path, value, "a list", moment);
    }
  }

  /** {@code device.patch_level >= 7}. */
  record Compared(Path path, Relation relation, long literal) implements Term {
    /** What a number is to another. */
    enum Relation {
      LESS,
      AT_MOST,
      GREATER,
      AT_LEAST;

      /** What the other number is to the one. */
      Relation mirrored() {
        return switch (this) {
          case LESS -> GREATER;
          case AT_MOST -> AT_LEAST;
          case GREATER -> LESS;
          case AT_LEAST -> AT_MOST;
        };
      }

      boolean holds(long a, long b) {
        return switch (this) {
          case LESS -> a < b;
          case AT_MOST -> a <= b;
          case GREATER -> a > b;
          case AT_LEAST -> a >= b;
        };
      }
    }

    @Override
    public Truth evaluate(Moment moment) {
      Object value = path.read(moment.request());
      return value instanceof Long number
          ? moment.timeless(relation.holds(number, literal))
          : unfit(path, value, "a number", moment);
    }
  }

  /** {@code version_at_least(device.os_version, "14.5")}. */
  record OfVersion(VersionOrder order, Path path, Version literal) implements Term {
    @Override
    public Truth evaluate(Moment moment) {
      Object value = path.read(moment.request());
      if (!(value instanceof String text)) {
        return unfit(path, value, "a version", moment);
      }
      try {
        Truth truth = order.test(Version.parse(text), literal);
        return truth == Truth.UNKNOWN
            ? moment.unknown(path + " " + quoted(text) + " has a suffix, so that " + UNORDERED)
            : moment.timeless(truth == Truth.TRUE);
      } catch (IllegalArgumentException e) {
        return moment.unknown(path + " " + quoted(text) + " " + e.getMessage());
      }
    }
  }

  /** {@code in_network(source.address, "10.0.0.0/8")}. */
  record InNetwork(Path path, Prefix network) implements Term {
    @Override
    public Truth evaluate(Moment moment) {
      if (path instanceof Path.Plain(Variable variable) && variable == Variable.SOURCE_ADDRESS) {
        return moment.timeless(network.contains(moment.request().source().address()));
      }
      Object value = path.read(moment.request());
      if (!(value instanceof String text)) {
        return unfit(path, value, "an address", moment);
      }
      try {
        return moment.timeless(network.contains(IpAddress.parse(text)));
      } catch (IllegalArgumentException e) {
        return moment.unknown(path + " " + quoted(text) + " is no IP address");
      }
    }
  }

  /** Why a version with a suffix may have no place among others. */
  String UNORDERED = "nobody can tell whether it is before or after the version of these numbers";

  private static Truth unfit(Path path, @Nullable Object value, String wanted, Moment moment) {
    return moment.unknown(value == null ? path + " is absent" : path + " is not " + wanted);
  }

  private static String typeOf(Object literal) {
    return switch (literal) {
      case Boolean _ -> "true or false";
      case Long _ -> "a number";
      default -> "a text";
    };
  }

  private static String quoted(String text) {
    int most = 60;
    return "'" + (text.length() <= most ? text : text.substring(0, most) + "…") + "'";
  }
}
