package io.aegis.policy.document;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A form of which something else is made.
 *
 * @param written how it is written
 * @param maker what is made of it
 */
record MappedForm<S, T>(Form<S> written, Function<S, T> maker) implements Form<T> {

  @Override
  public String name() {
    return written.name();
  }

  @Override
  public Optional<T> read(Node node, Reading reading) {
    return written.read(node, reading).map(maker);
  }

  @Override
  public List<Form<?>> parts() {
    return List.of(written);
  }

  @Override
  public Map<String, Object> schema() {
    return written.schema();
  }
}
