package io.aegis.server.config;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checked values by key. Immutable once read; safe for any number of threads. */
public final class Values {

  private record Entry(Object value, Origin origin) {}

  private final Collection<Key<?>> keys;
  private final Map<Key<?>, Entry> entries = new HashMap<>();

  private Values(Collection<Key<?>> keys) {
    this.keys = List.copyOf(keys);
  }

  /** Reads what was written against the keys there are; unknown names are problems. */
  static Values read(
      String prefix, Collection<Key<?>> keys, Map<String, Raw> written, Problems problems) {
    var values = new Values(keys);
    var byName = new HashMap<String, Key<?>>();
    keys.forEach(key -> byName.put(key.name(), key));
    written.forEach((name, raw) -> {
      Key<?> key = byName.get(name);
      if (key == null) {
        problems.add(
            raw.origin(),
            "unknown key '"
                + prefix
                + name
                + "'"
                + Suggestion.nearest(name, byName.keySet())
                    .map(near -> " (did you mean '" + prefix + near + "'?)")
                    .orElse(""));
      } else {
        values.readOne(prefix, key, raw, problems);
      }
    });
    return values;
  }

  private <T> void readOne(String prefix, Key<T> key, Raw raw, Problems problems) {
    key.type()
        .read(prefix + key.name(), raw, problems)
        .ifPresentOrElse(
            value -> entries.put(key, new Entry(value, raw.origin())),
            // What cannot be read is wrong, not missing: one mistake, one line.
            () -> entries.put(key, new Entry(Unreadable.UNREADABLE, raw.origin())));
  }

  private enum Unreadable {
    UNREADABLE
  }

  /** Adds a problem for each field that a row needs and does not have. */
  void addMissing(String prefix, Origin row, Problems problems) {
    for (Key<?> key : keys) {
      if (!key.requiredBy().isEmpty() && !entries.containsKey(key)) {
        problems.add(row, "missing key '" + prefix + key.name() + "' (" + key.doc() + ")");
      }
    }
  }

  /**
   * Adds a problem for each key that a kind of process needs and does not have.
   *
   * @param place in which file it would stand
   */
  void addMissing(ProcessKind kind, String place, Problems problems) {
    for (Key<?> key : keys) {
      if (key.requiredBy().contains(kind) && !entries.containsKey(key)) {
        problems.add(
            "missing key '%s', which '%s' needs (set it %s, by %s or --set %s=...): %s"
                .formatted(key.name(), kind, place, key.variable(), key.name(), key.doc()));
      }
    }
  }

  /**
   * Returns the value of a key that has a default or is required.
   *
   * @param key the key
   * @param <T> its type
   * @return what was written, else the default
   * @throws IllegalStateException if nothing was written and there is no default
   */
  public <T> T get(Key<T> key) {
    return find(key)
        .orElseThrow(
            () -> new IllegalStateException("key " + key + " has neither value nor default"));
  }

  /**
   * Returns the value of a key.
   *
   * @param key the key
   * @param <T> its type
   * @return what was written, else the default, else empty
   */
  @SuppressWarnings("unchecked") // readOne puts nothing but what the key's own type has read
  public <T> Optional<T> find(Key<T> key) {
    Entry entry = entries.get(key);
    return entry == null ? key.defaultValue() : Optional.of((T) entry.value());
  }

  /**
   * Returns where the value of a key comes from.
   *
   * @param key the key
   * @return its origin
   */
  public Origin origin(Key<?> key) {
    Entry entry = entries.get(key);
    return entry == null ? new Origin.Default() : entry.origin();
  }
}
