package io.aegis.policy.document;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A list of things of one form. It keeps what could be read, as {@link NamesForm} does. */
final class ListForm<T> implements Form<List<T>> {
  private final String name;
  private final Form<T> item;

  private ListForm(String name, Form<T> item) {
    this.name = name;
    this.item = item;
  }

  static <T> ListForm<T> of(String name, Form<T> item) {
    return new ListForm<>(name, item);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<List<T>> read(Node node, Reading reading) {
    if (!(node instanceof Node.Items items)) {
      return refuse(node, reading);
    }
    var read = new ArrayList<T>();
    items.items().forEach(each -> item.read(each, reading).ifPresent(read::add));
    return Optional.of(List.copyOf(read));
  }

  @Override
  public Map<String, Object> schema() {
    var schema = new LinkedHashMap<String, Object>();
    schema.put("type", "array");
    schema.put("items", item.schema());
    return schema;
  }

  @Override
  public List<Form<?>> parts() {
    return List.of(item);
  }
}
