package io.aegis.policy;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of names, found with fewer looks at memory than a {@link HashMap} takes: a name that
 * is not there mostly costs one look, one that is there mostly three.
 *
 * <p>Who can choose names could choose them so that their hashes collide, and every search becomes
 * a walk. Where walks get long, a {@code HashMap}, which copes with that, takes over.
 */
final class Numbers {

  /** A quarter of the slots is used at most. */
  private static final int SLOTS_FOR_NAME = 2;

  /** With a quarter of the slots used, no honest walk comes near. */
  private static final int LONGEST_WALK = 64;

  // Strings that differ in their last letters have hashes next to each other.
  private static final int SPREAD = 0x9E3779B9;

  private final int shift;

  /** For each slot the hash of the name, and its number or 0 if the slot is free. */
  private final int[] slots;

  /** For each slot its name; null if it is free. */
  private final @Nullable String[] names;

  /** What takes over where walks get long. */
  private final @Nullable Map<String, Integer> crowded;

  Numbers(Map<String, Integer> numbers) {
    int size = Integer.highestOneBit(Math.max(1, numbers.size()) * SLOTS_FOR_NAME - 1) << 1;
    shift = Integer.numberOfLeadingZeros(size) + 1;
    slots = new int[2 * size];
    names = new String[size];
    boolean fits = true;
    for (var entry : numbers.entrySet()) {
      fits &= put(entry.getKey(), entry.getValue());
    }
    crowded = fits ? null : new HashMap<>(numbers);
  }

  private boolean put(String name, int number) {
    int slot = (name.hashCode() * SPREAD) >>> shift;
    for (int walk = 0; walk < LONGEST_WALK; walk++) {
      if (names[slot] == null) {
        names[slot] = name;
        slots[2 * slot] = name.hashCode();
        slots[2 * slot + 1] = number;
        return true;
      }
      slot = slot + 1 & names.length - 1;
    }
    return false;
  }

  /** Returns the number of a name, or 0 if it has none. */
  int get(String name) {
    int hash = name.hashCode();
    int slot = (hash * SPREAD) >>> shift;
    for (int walk = 0; walk < LONGEST_WALK && slots[2 * slot + 1] != 0; walk++) {
      if (slots[2 * slot] == hash && name.equals(names[slot])) {
        return slots[2 * slot + 1];
      }
      slot = slot + 1 & names.length - 1;
    }
    return crowded == null ? 0 : crowded.getOrDefault(name, 0);
  }
}
