package io.aegis.server.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A JSON object whose fields are taken by name and type; anything unexpected is named. */
final class JsonBody {
  /** A century: what is longer is a mistake, and would overflow somewhere. */
  private static final long MAX_SECONDS = 3_155_760_000L;

  private final ObjectNode node;
  private final String prefix;

  private JsonBody(ObjectNode node, String prefix) {
    this.node = node;
    this.prefix = prefix;
  }

  /**
   * Takes an object apart.
   *
   * @param node the object
   * @param fields the fields it may have
   * @param readOnly further fields, which an answer has and a request may repeat; not looked at
   * @throws HttpFailure 400 naming all other fields
   */
  static JsonBody of(ObjectNode node, Set<String> fields, Set<String> readOnly) {
    return of(node, "", fields, readOnly);
  }

  private static JsonBody of(
      ObjectNode node, String prefix, Set<String> fields, Set<String> readOnly) {
    Set<String> unknown = new TreeSet<>();
    node.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(fields);
    unknown.removeAll(readOnly);
    if (!unknown.isEmpty()) {
      throw HttpFailure.badRequest(
          "unknown field: " + prefix + String.join(", " + prefix, shown(unknown)));
    }
    return new JsonBody(node, prefix);
  }

  // A hostile name is shown cut and without control characters: the answer may land in a terminal.
  private static Set<String> shown(Set<String> names) {
    Set<String> shown = new TreeSet<>();
    for (String name : names) {
      if (shown.size() == 10) {
        break;
      }
      String plain = name.replaceAll("[^\\x20-\\x7e]", "?");
      shown.add(plain.length() <= 64 ? plain : plain.substring(0, 64) + "...");
    }
    return shown;
  }

  /**
   * Returns a text that must be there.
   *
   * @throws HttpFailure 400 if it is absent, no text, or no Unicode text a database can hold
   */
  String text(String field) {
    JsonNode value = required(field);
    if (!value.isTextual()) {
      throw wrong(field, "must be a string");
    }
    return checked(field, value.textValue());
  }

  /** Returns a text, or the empty one if the field is absent. */
  String textOrEmpty(String field) {
    return node.has(field) ? text(field) : "";
  }

  /**
   * Returns an id that must be there.
   *
   * @throws HttpFailure 400 if it is absent or no whole number of at least 1 that a long holds
   */
  long id(String field) {
    JsonNode value = required(field);
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 1) {
      throw wrong(field, "must be a whole number of at least 1");
    }
    return value.longValue();
  }

  /** Returns whether a field is there, be it null. */
  boolean has(String field) {
    return node.has(field);
  }

  /**
   * Returns a time that must be there.
   *
   * @throws HttpFailure 400 if it is absent or no whole number of seconds of at least 1 and at most
   *     {@value #MAX_SECONDS}
   */
  Duration seconds(String field) {
    long seconds = id(field);
    if (seconds > MAX_SECONDS) {
      throw wrong(field, "must be at most " + MAX_SECONDS);
    }
    return Duration.ofSeconds(seconds);
  }

  /** Returns a time as {@link #seconds} does, or null if the field is null. */
  @Nullable Duration secondsOrNull(String field) {
    return required(field).isNull() ? null : seconds(field);
  }

  /**
   * Returns an object that must be there, with exactly these fields allowed.
   *
   * @throws HttpFailure 400 if it is absent, no object, or has other fields
   */
  JsonBody object(String field, Set<String> fields) {
    if (required(field) instanceof ObjectNode object) {
      return of(object, prefix + field + ".", fields, Set.of());
    }
    throw wrong(field, "must be an object");
  }

  private JsonNode required(String field) {
    JsonNode value = node.get(field);
    if (value == null) {
      throw wrong(field, "is missing");
    }
    return value;
  }

  private String checked(String field, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (pair) {
        i++;
      } else if (c == 0 || Character.isSurrogate(c)) {
        throw wrong(field, "has a character that is not allowed");
      }
    }
    return text;
  }

  private HttpFailure wrong(String field, String rule) {
    return HttpFailure.badRequest("field " + prefix + field + " " + rule);
  }
}
