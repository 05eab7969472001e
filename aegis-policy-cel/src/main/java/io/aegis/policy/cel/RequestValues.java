package io.aegis.policy.cel;

import dev.cel.common.exceptions.CelAttributeNotFoundException;
import dev.cel.runtime.CelVariableResolver;
import io.aegis.policy.AccessRequest;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The values of a request that a term looks at, as the interpreter of CEL gets them: bounded, and
 * never with the time. Of one evaluation and thread.
 */
final class RequestValues implements CelVariableResolver {

  /** The longest text that the interpreter gets to see. */
  static final int LONGEST_TEXT = 512;

  /** The longest list that the interpreter gets to see. */
  static final int LONGEST_LIST = 500;

  /** How many turns the loops of a term have together. */
  static final int MOST_TURNS = 5_000;

  private final AccessRequest request;
  private final Map<String, Slots.Slot> slots;
  private @Nullable Path lastAbsent;

  RequestValues(AccessRequest request, Map<String, Slots.Slot> slots) {
    this.request = request;
    this.slots = slots;
  }

  /** Returns what was asked for last of all that is absent. */
  @Nullable Path lastAbsent() {
    return lastAbsent;
  }

  @Override
  public Optional<Object> find(String name) {
    Slots.Slot slot = slots.get(name);
    if (slot == null) {
      return Optional.empty(); // a name of CEL's own
    }
    Object value = slot.path().read(request);
    if (slot.presence()) {
      return Optional.of(value != null);
    }
    if (value == null) {
      lastAbsent = slot.path();
      throw CelAttributeNotFoundException.of(slot.path().toString());
    }
    return Optional.of(fit(slot.path(), value));
  }

  private static Object fit(Path path, Object value) {
    return switch (value) {
      case String text when text.length() > LONGEST_TEXT ->
          throw new UnfitValue(path + " has more than " + LONGEST_TEXT + " characters");
      case Collection<?> list when list.size() > LONGEST_LIST ->
          throw new UnfitValue(path + " has more than " + LONGEST_LIST + " entries");
      // In one order: that of a set differs from start to start.
      case Set<?> set -> set.stream().map(each -> fit(path, each)).sorted().toList();
      case List<?> list -> list.stream().map(each -> fit(path, each)).toList();
      default -> value;
    };
  }
}
