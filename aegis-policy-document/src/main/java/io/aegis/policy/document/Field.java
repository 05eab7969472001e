package io.aegis.policy.document;

/**
 * A key of a mapping whose keys are known.
 *
 * @param key what it is called
 * @param form what it is set to
 * @param whenAbsent what holds without it, for people; empty if it cannot be absent
 * @param doc what it means, in Markdown, on one line
 * @param <T> what is made of its value
 */
record Field<T>(String key, Form<T> form, String whenAbsent, String doc) {

  static <T> Field<T> required(String key, Form<T> form, String doc) {
    return new Field<>(key, form, "", doc);
  }

  static <T> Field<T> optional(String key, Form<T> form, String whenAbsent, String doc) {
    return new Field<>(key, form, whenAbsent, doc);
  }

  boolean isRequired() {
    return whenAbsent.isEmpty();
  }
}
