package io.aegis.enforcer.xdp.internal.map;

import static io.aegis.enforcer.xdp.internal.map.Layouts.STATE;
import static io.aegis.enforcer.xdp.internal.map.Layouts.offset;

import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Mapping;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The state of an instance, in memory shared with the datapath: each change is one store of eight
 * bytes, which no reader sees half-done. Thread-safe; its owner does not use it after closing it.
 */
public final class StateWord implements AutoCloseable, BootClock.Offset {

  private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

  private final Mapping mapping;
  private final MemorySegment page;

  private StateWord(Mapping mapping) {
    this.mapping = mapping;
    this.page = mapping.segment();
  }

  /**
   * Maps the state.
   *
   * @param map {@code aegis_state}; need not stay open
   * @return the state; the caller closes it
   * @throws Errno if it cannot be mapped
   */
  public static StateWord map(OwnedFd map) throws Errno {
    return new StateWord(Mapping.writable(map, STATE.byteSize()));
  }

  /**
   * Maps the state to look at it.
   *
   * @param map {@code aegis_state}; need not stay open
   * @return the state; the caller closes it; changing it fails
   * @throws Errno if it cannot be mapped
   */
  public static StateWord mapReadOnly(OwnedFd map) throws Errno {
    return new StateWord(Mapping.readOnly(map, STATE.byteSize()));
  }

  /**
   * Writes who writes the maps.
   *
   * @param owner a process id
   */
  public void claim(long owner) {
    store("owner", owner);
  }

  /**
   * Takes over what the state of layout 2 says; its words are those of today, as far as it goes.
   *
   * @param earlier {@code aegis_state} of that layout
   * @throws Errno if it cannot be read
   */
  public void takeOver(OwnedFd earlier) throws Errno {
    try (StateWord before = mapReadOnly(earlier)) {
      leaseUntil((long) WORD.getAcquire(before.page, offset(STATE, "lease_until_boot_ns")));
      store(before.load());
    }
  }

  /** Notes that programs use the maps of this layout and no others. */
  public void noteLayout() {
    store("layout_version", Layouts.VERSION);
  }

  /**
   * Lets grants that need the lease admit until then.
   *
   * @param bootNanos boot time
   */
  public void leaseUntil(long bootNanos) {
    store("lease_until_boot_ns", bootNanos);
  }

  /**
   * Lets the datapath tell of drops, or be silent about them.
   *
   * @param listener a number that no listener had before, on this state; 0 for silence
   */
  public void listen(long listener) {
    store("events", listener);
  }

  @Override
  public long load() {
    return (long) WORD.getAcquire(page, offset(STATE, "wall_offset_ns"));
  }

  @Override
  public void store(long nanos) {
    store("wall_offset_ns", nanos);
  }

  private void store(String member, long value) {
    WORD.setRelease(page, offset(STATE, member), value);
  }

  /** Ends the mapping; the state stays. */
  @Override
  public void close() {
    mapping.close();
  }
}
