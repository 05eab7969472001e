package io.aegis.policy.document;

import io.aegis.policy.Condition;
import io.aegis.policy.ConditionLanguage;
import io.aegis.policy.InvalidConditionException;
import io.aegis.policy.document.Node.Entry;
import io.aegis.policy.document.Node.Scalar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A condition: a text in CEL, or a mapping from the name of a language to a text in it. */
final class ConditionForm implements Form<Condition> {

  /** The language of a condition that names none. */
  static final String USUAL_LANGUAGE = "cel";

  // What follows a comment on a line of its own would be a part of the comment: the permit would
  // ask for less than the author sees.
  private static final String FOLDED =
      "a condition on several lines is written as a block: put '|' behind the ':' and begin on the"
          + " next line (otherwise YAML makes one line of it, and a comment in it hides the rest)";

  @Override
  public String name() {
    return "a condition";
  }

  @Override
  public Optional<Condition> read(Node node, Reading reading) {
    return switch (node) {
      case Scalar scalar -> read(USUAL_LANGUAGE, scalar.place(), scalar, reading);
      case Node.Entries(_, List<Entry> entries) when entries.size() == 1 -> {
        Entry entry = entries.getFirst();
        yield entry.value() instanceof Scalar text
            ? read(entry.key().text(), entry.key().place(), text, reading)
            : refuse(entry.value(), reading);
      }
      default -> refuse(node, reading);
    };
  }

  private Optional<Condition> read(
      String language, Place languagePlace, Scalar text, Reading reading) {
    ConditionLanguage compiler = reading.languages().get(language);
    if (compiler == null) {
      reading
          .problems()
          .addUnknown(
              languagePlace,
              "conditions in '%s' cannot be read: no such language is here (add it to the class path; aegis-policy-cel brings CEL)"
                  .formatted(Printable.line(language)),
              language,
              reading.languages().keySet());
      return Optional.empty();
    }
    if (text.text().isBlank()) {
      return refuse(text, reading);
    }
    if (text.isFolded()) {
      reading.problems().add(text.place(), FOLDED);
      return Optional.empty();
    }
    return compile(compiler, text, reading);
  }

  private Optional<Condition> compile(ConditionLanguage compiler, Scalar text, Reading reading) {
    try {
      return Optional.of(compiler.compile(text.text()));
    } catch (InvalidConditionException e) {
      e.mistakes()
          .forEach(mistake ->
              reading
                  .problems()
                  .add(
                      reading.placeOf(text, offset(text.text(), mistake)),
                      "the condition is refused: " + mistake.text()));
    } catch (RuntimeException e) {
      // A language is code of others; whatever it throws refuses the rule and nothing else.
      reading
          .problems()
          .add(
              text.place(),
              "the condition cannot be compiled: language '%s' failed (%s)"
                  .formatted(compiler.name(), e.getClass().getSimpleName()));
    }
    return Optional.empty();
  }

  private static int offset(String text, InvalidConditionException.Mistake mistake) {
    int start = 0;
    for (int line = 1; line < mistake.line() && start < text.length(); line++) {
      int end = text.indexOf('\n', start);
      start = end < 0 ? text.length() : end + 1;
    }
    return Math.min(text.length(), start + mistake.column() - 1);
  }

  @Override
  public Map<String, Object> schema() {
    var other = new LinkedHashMap<String, Object>();
    other.put("type", "object");
    other.put("minProperties", 1);
    other.put("maxProperties", 1);
    other.put("additionalProperties", Map.of("type", "string"));
    // true and false are conditions, and YAML has its own idea of them.
    var schema = new LinkedHashMap<String, Object>();
    schema.put("anyOf", List.of(Map.of("type", List.of("string", "boolean")), other));
    return schema;
  }
}
