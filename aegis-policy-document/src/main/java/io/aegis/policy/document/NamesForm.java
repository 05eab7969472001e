package io.aegis.policy.document;

import io.aegis.policy.document.Node.Entry;
import io.aegis.policy.document.Node.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A mapping from names to things of one form. It keeps what could be read, so that whatever stands
 * beside a mistake is looked at all the same.
 *
 * @param <V> what stands at a name
 * @param <T> what name and value make together
 */
final class NamesForm<V, T> implements Form<List<T>> {

  /** Makes something of a name and what stands at it. */
  interface Maker<V, T> {
    /**
     * Makes something.
     *
     * @throws IllegalArgumentException if the name or the value cannot be
     */
    T make(Scalar name, V value);
  }

  private final String name;
  private final Form<V> value;
  private final Maker<V, T> maker;

  private NamesForm(String name, Form<V> value, Maker<V, T> maker) {
    this.name = name;
    this.value = value;
    this.maker = maker;
  }

  static <V, T> NamesForm<V, T> of(String name, Form<V> value, Maker<V, T> maker) {
    return new NamesForm<>(name, value, maker);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<List<T>> read(Node node, Reading reading) {
    if (!(node instanceof Node.Entries entries)) {
      return refuse(node, reading);
    }
    var read = new ArrayList<T>();
    for (Entry entry : entries.entries()) {
      value
          .read(entry.value(), reading)
          .flatMap(v -> make(entry.key(), v, reading))
          .ifPresent(read::add);
    }
    return Optional.of(List.copyOf(read));
  }

  private Optional<T> make(Scalar key, V v, Reading reading) {
    try {
      return Optional.of(maker.make(key, v));
    } catch (IllegalArgumentException e) {
      reading.problems().add(key.place(), String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  @Override
  public Map<String, Object> schema() {
    var schema = new LinkedHashMap<String, Object>();
    schema.put("type", "object");
    schema.put("additionalProperties", value.schema());
    return schema;
  }

  @Override
  public List<Form<?>> parts() {
    return List.of(value);
  }
}
