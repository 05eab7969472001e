package io.aegis.policy.document;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Something that is written as one value in most cases, and as a mapping where more is to be said.
 */
final class EitherForm<T> implements Form<T> {
  private final Form<T> brief;
  private final Form<T> full;

  private EitherForm(Form<T> brief, Form<T> full) {
    this.brief = brief;
    this.full = full;
  }

  static <T> EitherForm<T> of(Form<T> brief, Form<T> full) {
    return new EitherForm<>(brief, full);
  }

  @Override
  public String name() {
    return brief.name() + ", or " + full.name();
  }

  @Override
  public Optional<T> read(Node node, Reading reading) {
    return node instanceof Node.Entries ? full.read(node, reading) : brief.read(node, reading);
  }

  @Override
  public Map<String, Object> schema() {
    var schema = new LinkedHashMap<String, Object>();
    schema.put("anyOf", List.of(brief.schema(), full.schema()));
    return schema;
  }

  @Override
  public List<Form<?>> parts() {
    return List.of(brief, full);
  }
}
