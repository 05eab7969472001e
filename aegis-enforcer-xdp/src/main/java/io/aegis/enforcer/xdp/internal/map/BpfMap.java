package io.aegis.enforcer.xdp.internal.map;

import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * A hash map in the kernel, typed. It borrows the descriptor. Thread-safe as the kernel's map is:
 * single elements are whole, a walk is no snapshot.
 *
 * @param <K> keys
 * @param <V> values
 */
final class BpfMap<K, V> {

  private static final int BATCH = 512;

  private final OwnedFd fd;
  private final Codec<K> keys;
  private final Codec<V> values;
  private final long lock;

  /**
   * Makes a typed view.
   *
   * @param fd the map; the caller closes it
   * @param keys codec of its keys
   * @param values codec of its values
   * @param isLocked whether its values begin with a spin lock
   */
  BpfMap(OwnedFd fd, Codec<K> keys, Codec<V> values, boolean isLocked) {
    this.fd = fd;
    this.keys = keys;
    this.values = values;
    this.lock = isLocked ? Bpf.LOCK : 0;
  }

  Optional<V> get(K key) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(values.size(), 8);
      boolean found = Bpf.lookup(fd, segment(arena, keys, key), value, lock);
      return found ? Optional.of(values.read(value)) : Optional.empty();
    }
  }

  /** Adds an element; fails with EEXIST if the key is there. */
  void add(K key, V value) throws Errno {
    update(key, value, Bpf.NO_EXIST);
  }

  /** Replaces an element; in place, under its lock, if it has one. */
  void replace(K key, V value) throws Errno {
    update(key, value, Bpf.EXIST | lock);
  }

  private void update(K key, V value, long flags) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      Bpf.update(fd, segment(arena, keys, key), segment(arena, values, value), flags);
    }
  }

  boolean remove(K key) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      return Bpf.delete(fd, segment(arena, keys, key));
    }
  }

  private static <T> MemorySegment segment(Arena arena, Codec<T> codec, T value) {
    MemorySegment segment = arena.allocate(codec.size(), 8);
    codec.write(value, segment);
    return segment;
  }

  /** Reads every element, in batches, or one by one where the kernel has no batches. */
  void forEach(BiConsumer<K, V> action) throws Errno {
    int room = BATCH;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment from = MemorySegment.NULL;
      // The position in a hash map is a bucket number; in others it is a key.
      MemorySegment to = arena.allocate(Math.max(keys.size(), 8), 8);
      MemorySegment position = arena.allocate(to.byteSize(), 8);
      MemorySegment keyRoom = arena.allocate(keys.size() * room, 8);
      MemorySegment valueRoom = arena.allocate(values.size() * room, 8);
      boolean more = true;
      while (more) {
        Bpf.Batch batch;
        try {
          batch = Bpf.lookupBatch(fd, from, to, keyRoom, valueRoom, room, lock);
        } catch (Errno e) {
          if (e.number() == Errno.ENOSPC && room < 1 << 20) {
            room *= 2; // one bucket alone is longer than the batch
            keyRoom = arena.allocate(keys.size() * room, 8);
            valueRoom = arena.allocate(values.size() * room, 8);
            continue;
          }
          if (from.equals(MemorySegment.NULL) && isUnsupported(e)) {
            forEachKey(action);
            return;
          }
          throw e;
        }
        for (int i = 0; i < batch.count(); i++) {
          action.accept(
              keys.read(keyRoom.asSlice(i * keys.size(), keys.size())),
              values.read(valueRoom.asSlice(i * values.size(), values.size())));
        }
        position.copyFrom(to);
        from = position;
        more = batch.more();
      }
    }
  }

  private static boolean isUnsupported(Errno e) {
    return e.number() == Errno.EINVAL
        || e.number() == Errno.ENOTSUPP
        || e.number() == Errno.EOPNOTSUPP;
  }

  private void forEachKey(BiConsumer<K, V> action) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(keys.size(), 8);
      MemorySegment next = arena.allocate(keys.size(), 8);
      MemorySegment value = arena.allocate(values.size(), 8);
      MemorySegment from = MemorySegment.NULL;
      while (Bpf.nextKey(fd, from, next)) {
        if (Bpf.lookup(fd, next, value, lock)) {
          action.accept(keys.read(next), values.read(value));
        }
        key.copyFrom(next);
        from = key;
      }
    }
  }
}
