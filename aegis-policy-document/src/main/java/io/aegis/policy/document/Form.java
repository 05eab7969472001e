package io.aegis.policy.document;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How one kind of value is written. The same object reads it, and describes it to people and to
 * editors, so that neither description can differ from what is read.
 *
 * @param <T> what is made of it
 */
interface Form<T> {

  /** Returns what is expected, in words: {@code a duration such as 15m}. */
  String name();

  /** Returns what is written, or reports why it is none and returns nothing. */
  Optional<T> read(Node node, Reading reading);

  /** Returns the one text that can be written, if there is only one. */
  default Optional<String> only() {
    return Optional.empty();
  }

  /** Returns the forms that this is made of. */
  default List<Form<?>> parts() {
    return List.of();
  }

  /** Returns this as JSON Schema (draft 7): maps, lists, texts, numbers and truth values. */
  Map<String, Object> schema();

  /** Reports that something else stands where this was expected. */
  default Optional<T> refuse(Node node, Reading reading) {
    if (!(node instanceof Node.Refused)) {
      reading.problems().add(node.place(), "expected " + name() + ", found " + node.words());
    }
    return Optional.empty();
  }
}
