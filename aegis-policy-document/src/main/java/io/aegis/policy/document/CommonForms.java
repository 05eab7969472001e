package io.aegis.policy.document;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Forms that several parts of a document use. */
final class CommonForms {

  /** A duration. */
  static final Form<Duration> DURATION = duration(DurationText::parse);

  /** What people read. */
  static final Form<String> TEXT = TextForm.any("a text", text -> text);

  private CommonForms() {}

  /** Returns the form of durations that something else is asked of too. */
  static Form<Duration> duration(TextForm.Parser<Duration> parser) {
    return TextForm.like(DurationText.NAME, "^" + DurationText.PATTERN + "$", parser);
  }

  /** Returns the form of a name, and where it stands. */
  static Form<Placed<String>> reference(String name) {
    return TextForm.placed(name, (text, places) -> new Placed<>(text, places.apply(0)));
  }

  /** Returns the form of a list of names, none of them twice. */
  static Form<List<Placed<String>>> references(String name, String item) {
    return ListForm.of(name, reference(item));
  }

  /** Returns the form of a list of texts. */
  static Form<List<String>> texts(String name, String item) {
    return ListForm.of(name, TextForm.any(item, text -> text));
  }

  /** Returns the form of a constant, written as its text. */
  static <T> Form<T> oneOf(String name, Stream<T> constants, UnaryOperator<String> lettering) {
    Map<String, T> words =
        constants.collect(
            Collectors.toMap(
                constant -> lettering.apply(constant.toString()),
                constant -> constant,
                (a, _) -> a,
                LinkedHashMap::new));
    return TextForm.oneOf(name + " (" + String.join(", ", words.keySet()) + ")", words);
  }

  /** Returns the names without their places. */
  static Set<String> names(List<Placed<String>> references) {
    return references.stream().map(Placed::value).collect(Collectors.toUnmodifiableSet());
  }
}
