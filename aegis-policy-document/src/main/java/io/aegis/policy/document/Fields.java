package io.aegis.policy.document;

import io.aegis.policy.document.Node.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A mapping whose keys are known. Any other key is a problem.
 *
 * @param <T> what is made of the values
 */
final class Fields<T> implements Form<T> {
  private final String name;
  private final String doc;
  private final List<Field<?>> fields;
  private final Map<String, Field<?>> byKey;
  private final Function<Values, T> maker;
  private final List<Field<?>> alternatives;

  private Fields(
      String name,
      String doc,
      List<Field<?>> fields,
      List<Field<?>> alternatives,
      Function<Values, T> maker) {
    this.name = name;
    this.doc = doc;
    this.fields = List.copyOf(fields);
    this.byKey = fields.stream().collect(Collectors.toMap(Field::key, field -> field));
    this.alternatives = List.copyOf(alternatives);
    this.maker = maker;
  }

  /**
   * Describes a mapping.
   *
   * @param name what it is, with an article: {@code a rule}
   * @param doc what is to be said of the whole, in Markdown
   * @param fields its keys, in the order they are usually written
   * @param maker makes something of the values; an {@link IllegalArgumentException} of it is a
   *     problem
   */
  static <T> Fields<T> of(
      String name, String doc, List<Field<?>> fields, Function<Values, T> maker) {
    return new Fields<>(name, doc, fields, List.of(), maker);
  }

  /** Returns the same mapping, in which exactly one of some optional keys stands. */
  Fields<T> withOneOf(Field<?>... keys) {
    return new Fields<>(name, doc, fields, List.of(keys), maker);
  }

  /** What was read. */
  static final class Values {
    private final Node.Entries node;
    private final Map<Field<?>, Object> values = new HashMap<>();

    private Values(Node.Entries node) {
      this.node = node;
    }

    /** Returns the value of a field, if it was written. */
    @SuppressWarnings("unchecked") // read() puts what the form of the same field has made
    <V> Optional<V> find(Field<V> field) {
      return Optional.ofNullable((V) values.get(field));
    }

    /** Returns the value of a required field. */
    <V> V get(Field<V> field) {
      return find(field).orElseThrow();
    }

    /** Returns where the mapping begins. */
    Place place() {
      return node.place();
    }
  }

  @Override
  public String name() {
    return name;
  }

  String doc() {
    return doc;
  }

  List<Field<?>> fields() {
    return fields;
  }

  /**
   * Returns what is written. With what is optional and wrong, it returns what there is without
   * that: the problem is told, and whatever depends on the rest can be looked at.
   */
  @Override
  public Optional<T> read(Node node, Reading reading) {
    if (!(node instanceof Node.Entries entries)) {
      return refuse(node, reading);
    }
    boolean hasAll = hasRequired(entries, reading.problems());
    hasAll &= hasOneAlternative(entries, reading.problems());
    Values values = values(entries, reading);
    hasAll &= fields.stream().filter(Field::isRequired).allMatch(f -> values.find(f).isPresent());
    hasAll &=
        alternatives.isEmpty() || alternatives.stream().anyMatch(f -> values.find(f).isPresent());
    return hasAll ? make(values, reading) : Optional.empty();
  }

  /** Returns what is written, even without what is required; the maker copes with that. */
  Optional<T> readPartly(Node node, Reading reading) {
    if (!(node instanceof Node.Entries entries)) {
      return refuse(node, reading);
    }
    hasRequired(entries, reading.problems());
    return make(values(entries, reading), reading);
  }

  private Values values(Node.Entries entries, Reading reading) {
    var values = new Values(entries);
    for (Entry entry : entries.entries()) {
      Field<?> field = byKey.get(entry.key().text());
      if (field == null) {
        refuseKey(entry, reading.problems());
      } else {
        field.form().read(entry.value(), reading).ifPresent(v -> values.values.put(field, v));
      }
    }
    return values;
  }

  private boolean hasRequired(Node.Entries entries, Problems problems) {
    boolean hasAll = true;
    for (Field<?> field : fields) {
      if (field.isRequired() && !has(entries, field)) {
        String write =
            field
                .form()
                .only()
                .map(" (write '%s: %%s')".formatted(field.key())::formatted)
                .orElse("");
        problems.add(entries.place(), name + " lacks its '" + field.key() + "'" + write);
        hasAll = false;
      }
    }
    return hasAll;
  }

  private boolean hasOneAlternative(Node.Entries entries, Problems problems) {
    long present = alternatives.stream().filter(field -> has(entries, field)).count();
    if (alternatives.isEmpty() || present == 1) {
      return true;
    }
    String keys =
        alternatives.stream().map(f -> "'" + f.key() + "'").collect(Collectors.joining(" or "));
    problems.add(
        entries.place(),
        name + " has either " + keys + ", and this has " + (present == 0 ? "none" : present));
    return false;
  }

  private static boolean has(Node.Entries entries, Field<?> field) {
    return entries.entries().stream().anyMatch(e -> e.key().text().equals(field.key()));
  }

  private void refuseKey(Entry entry, Problems problems) {
    String key = entry.key().text();
    List<String> known = fields.stream().map(Field::key).toList();
    problems.addUnknown(
        entry.key().place(),
        "%s has no key %s (it has %s)"
            .formatted(name, Printable.quote(key), String.join(", ", known)),
        key,
        known);
  }

  private Optional<T> make(Values values, Reading reading) {
    try {
      return Optional.of(maker.apply(values));
    } catch (IllegalArgumentException e) {
      reading.problems().add(values.place(), String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  @Override
  public List<Form<?>> parts() {
    var parts = new ArrayList<Form<?>>();
    fields.forEach(field -> parts.add(field.form()));
    return parts;
  }

  @Override
  public Map<String, Object> schema() {
    var properties = new LinkedHashMap<String, Object>();
    for (Field<?> field : fields) {
      var property = new LinkedHashMap<String, Object>();
      property.put("description", field.doc());
      property.putAll(field.form().schema());
      properties.put(field.key(), property);
    }
    var schema = new LinkedHashMap<String, Object>();
    schema.put("type", "object");
    schema.put("additionalProperties", false);
    List<String> required = fields.stream().filter(Field::isRequired).map(Field::key).toList();
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    if (!alternatives.isEmpty()) {
      schema.put(
          "oneOf", alternatives.stream().map(f -> Map.of("required", List.of(f.key()))).toList());
    }
    schema.put("properties", properties);
    return schema;
  }
}
