package io.aegis.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Values that are lists; in a variable or a flag, the items are separated by commas.
 *
 * @param item what the items are
 */
record ListType<T>(Scalar<T> item) implements ValueType<List<T>> {

  @Override
  public String name() {
    return "list of " + item.name();
  }

  @Override
  public Optional<List<T>> read(String key, Raw raw, Problems problems) {
    List<Raw> items =
        switch (raw) {
          case Raw.Items array -> array.items();
          case Raw.Untyped untyped -> split(untyped);
          case Raw.Text _, Raw.Whole _, Raw.Truth _, Raw.Fields _, Raw.Other _ -> {
            problems.add(raw.origin(), key + ": expected an array, found " + raw.what());
            yield List.of();
          }
        };
    if (items.isEmpty() && !(raw instanceof Raw.Items || raw instanceof Raw.Untyped)) {
      return Optional.empty();
    }
    var values = new ArrayList<T>();
    for (Raw each : items) {
      item.read(key, each, problems).ifPresent(values::add);
    }
    return values.size() == items.size() ? Optional.of(List.copyOf(values)) : Optional.empty();
  }

  private static List<Raw> split(Raw.Untyped untyped) {
    var items = new ArrayList<Raw>();
    for (String part : untyped.text().split(",", -1)) {
      items.add(new Raw.Untyped(part.strip(), untyped.origin()));
    }
    return untyped.text().isBlank() ? List.of() : items;
  }

  @Override
  public String toToml(List<T> value) {
    return value.stream().map(item::toToml).collect(Collectors.joining(", ", "[", "]"));
  }
}
