package io.aegis.enforcer.xdp.internal.table;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the grants of layout 1, which kept them in two hash maps: up to four by tuple, and what
 * each has seen by its id. Nobody may change them meanwhile. Stateless.
 */
public final class LayoutOne {

  /** The version of this layout. */
  public static final long VERSION = 1;

  /** Its map of grants. */
  public static final String GRANTS = "aegis_grants";

  /** Its map of activity. */
  public static final String ACTIVITY = "aegis_activity";

  /** Addresses of 16 bytes; port, protocol and family; four bytes of zero. */
  static final int KEY_BYTES = 40;

  /** A spin lock and four bytes before the slots. */
  static final int FIRST_SLOT = 8;

  /**
   * Id (0 for a free slot), hard and soft expiry, idle limit and time of application in
   * nanoseconds, both expiries in milliseconds, flags, four bytes of zero.
   */
  static final int SLOT_BYTES = 64;

  static final int SET_BYTES = FIRST_SLOT + 4 * SLOT_BYTES;

  /** Time of the last packet, packets, bytes. */
  static final int ACTIVITY_BYTES = 24;

  private LayoutOne() {}

  /**
   * Reads the grants.
   *
   * @param grants {@code aegis_grants}
   * @param activity {@code aegis_activity}
   * @return every grant as it was applied, with what it has seen
   * @throws Errno if they cannot be read
   */
  public static List<Carried> read(OwnedFd grants, OwnedFd activity) throws Errno {
    Map<Long, Seen> seen = new HashMap<>();
    forEach(
        activity,
        Long.BYTES,
        ACTIVITY_BYTES,
        (id, each) ->
            seen.put(
                id.get(JAVA_LONG, 0),
                new Seen(each.get(JAVA_LONG, 0), each.get(JAVA_LONG, 8), each.get(JAVA_LONG, 16))));
    Map<Long, Terms> terms = new HashMap<>();
    forEach(
        grants,
        KEY_BYTES,
        SET_BYTES,
        (key, set) -> {
          for (int at = FIRST_SLOT; at < SET_BYTES; at += SLOT_BYTES) {
            Terms each = terms(tuple(key), set.asSlice(at, SLOT_BYTES));
            if (each.id() != 0) {
              // One that was moved right before its process died stands at two tuples.
              terms.merge(each.id(), each, LayoutOne::later);
            }
          }
        });
    return terms.values().stream()
        .map(each -> new Carried(each, seen.getOrDefault(each.id(), Seen.NOTHING)))
        .toList();
  }

  private static Terms later(Terms one, Terms other) {
    return other.appliedBootNs() >= one.appliedBootNs() ? other : one;
  }

  private static Tuple tuple(MemorySegment key) {
    return new Tuple(
        key.get(JAVA_LONG, 0),
        key.get(JAVA_LONG, 8),
        key.get(JAVA_LONG, 16),
        key.get(JAVA_LONG, 24),
        key.get(JAVA_INT, 32));
  }

  private static Terms terms(Tuple tuple, MemorySegment slot) {
    return new Terms(
        slot.get(JAVA_LONG, 0),
        tuple,
        slot.get(JAVA_INT, 56),
        slot.get(JAVA_LONG, 8),
        slot.get(JAVA_LONG, 16),
        slot.get(JAVA_LONG, 24),
        slot.get(JAVA_LONG, 32),
        slot.get(JAVA_LONG, 40),
        slot.get(JAVA_LONG, 48));
  }

  private interface Element {
    void accept(MemorySegment key, MemorySegment value);
  }

  private static void forEach(OwnedFd map, int keyBytes, int valueBytes, Element action)
      throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(keyBytes, 8);
      MemorySegment next = arena.allocate(keyBytes, 8);
      MemorySegment value = arena.allocate(valueBytes, 8);
      MemorySegment from = MemorySegment.NULL;
      while (Bpf.nextKey(map, from, next)) {
        key.copyFrom(next);
        from = key;
        if (Bpf.lookup(map, key, value, 0)) {
          action.accept(key, value);
        }
      }
    }
  }
}
