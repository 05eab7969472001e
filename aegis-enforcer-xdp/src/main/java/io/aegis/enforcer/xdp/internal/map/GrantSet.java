package io.aegis.enforcer.xdp.internal.map;

import static io.aegis.enforcer.xdp.internal.map.Layouts.GRANT_SET;
import static io.aegis.enforcer.xdp.internal.map.Layouts.SLOTS;
import static io.aegis.enforcer.xdp.internal.map.Layouts.offset;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * All grants for one key; each keeps its slot for life.
 *
 * @param slots four, free ones included
 */
record GrantSet(List<GrantSlot> slots) {

  static final Codec<GrantSet> CODEC = new SetCodec();

  /** A set without grants. */
  static final GrantSet EMPTY = new GrantSet(Collections.nCopies(SLOTS, GrantSlot.FREE));

  GrantSet {
    slots = List.copyOf(slots);
  }

  boolean isEmpty() {
    return slots.stream().allMatch(GrantSlot::isFree);
  }

  /** Returns the grant with this id, if it is here. */
  Optional<GrantSlot> find(long id) {
    return slots.stream().filter(slot -> slot.id() == id).findFirst();
  }

  /** Returns this set with a grant in the slot of its id or else in a free one; empty if full. */
  Optional<GrantSet> with(GrantSlot grant) {
    int at = indexOf(grant.id());
    if (at < 0) {
      at = indexOf(0);
    }
    return at < 0 ? Optional.empty() : Optional.of(withAt(at, grant));
  }

  /** Returns this set without the grant of that id. */
  GrantSet without(long id) {
    int at = indexOf(id);
    return at < 0 ? this : withAt(at, GrantSlot.FREE);
  }

  private int indexOf(long id) {
    for (int i = 0; i < slots.size(); i++) {
      if (slots.get(i).id() == id) {
        return i;
      }
    }
    return -1;
  }

  private GrantSet withAt(int at, GrantSlot slot) {
    var changed = new ArrayList<>(slots);
    changed.set(at, slot);
    return new GrantSet(changed);
  }

  private static final class SetCodec implements Codec<GrantSet> {

    private static final long FIRST = offset(GRANT_SET, "slot");

    @Override
    public long size() {
      return GRANT_SET.byteSize();
    }

    @Override
    public void write(GrantSet set, MemorySegment target) {
      for (int i = 0; i < SLOTS; i++) {
        GrantSlot.CODEC.write(set.slots().get(i), slice(target, i));
      }
    }

    @Override
    public GrantSet read(MemorySegment source) {
      var slots = new ArrayList<GrantSlot>(SLOTS);
      for (int i = 0; i < SLOTS; i++) {
        slots.add(GrantSlot.CODEC.read(slice(source, i)));
      }
      return new GrantSet(slots);
    }

    private static MemorySegment slice(MemorySegment set, int slot) {
      long size = GrantSlot.CODEC.size();
      return set.asSlice(FIRST + slot * size, size);
    }
  }
}
