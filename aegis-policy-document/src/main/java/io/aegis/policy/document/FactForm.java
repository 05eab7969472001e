package io.aegis.policy.document;

import io.aegis.policy.document.Node.Scalar;
import io.aegis.policy.document.Node.Style;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What was observed of a device: a text, a whole number, a truth value, or a list of texts. */
final class FactForm implements Form<Object> {

  private static final Form<Boolean> TRUTH = PlainForm.truth();
  private static final Form<Long> NUMBER =
      PlainForm.number("a whole number", -999_999_999_999_999_999L, 999_999_999_999_999_999L);
  private static final Form<List<String>> TEXTS = CommonForms.texts("a list of texts", "a text");

  private static final Set<String> ELSEWHERE = Set.of("yes", "no", "on", "off", "y", "n");

  @Override
  public String name() {
    return "a text (such as yes and no in quotes), a whole number, true, false, or a list of texts";
  }

  @Override
  public Optional<Object> read(Node node, Reading reading) {
    return switch (node) {
      case Scalar scalar -> read(scalar, reading);
      case Node.Items items -> TEXTS.read(items, reading).map(texts -> texts);
      case Node.Entries _, Node.Refused _ -> refuse(node, reading);
    };
  }

  private Optional<Object> read(Scalar scalar, Reading reading) {
    PlainKind kind = scalar.style() == Style.PLAIN ? PlainKind.of(scalar.text()) : PlainKind.TEXT;
    return switch (kind) {
      case TEXT -> isTruthElsewhere(scalar) ? refuse(scalar, reading) : Optional.of(scalar.text());
      case TRUTH -> TRUTH.read(scalar, reading).map(truth -> truth);
      case WHOLE_NUMBER -> NUMBER.read(scalar, reading).map(number -> number);
      case NOTHING, FRACTION -> refuse(scalar, reading);
    };
  }

  // YAML 1.1 took these for true and false, and many who write them do.
  private static boolean isTruthElsewhere(Scalar scalar) {
    return scalar.style() == Style.PLAIN
        && ELSEWHERE.contains(scalar.text().toLowerCase(Locale.ROOT));
  }

  @Override
  public Map<String, Object> schema() {
    var schema = new LinkedHashMap<String, Object>();
    schema.put(
        "anyOf", List.of(Map.of("type", List.of("string", "integer", "boolean")), TEXTS.schema()));
    return schema;
  }
}
