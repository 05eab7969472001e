package io.aegis.enforcer.xdp.internal.table;

import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.Bpf.MapShape;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Kernel;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Waits for program runs that may still hold what was removed. Stateless and thread-safe.
 *
 * <p>A run that began before a removal may have found the grant already. After one RCU grace period
 * no such run is left, and only then is a removal complete and may its record be used again.
 */
public final class GracePeriod implements Grace {

  private static final int ARRAY = 2;
  private static final int ARRAY_OF_MAPS = 12;

  /**
   * Waits until every run that has begun has ended; about 8 ms.
   *
   * @throws Errno if the kernel refuses both ways to wait
   */
  @Override
  public void await() throws Errno {
    try {
      Kernel.awaitProgramRuns();
    } catch (Errno e) {
      if (e.number() != Errno.EINVAL) {
        throw e;
      }
      awaitByMapInMap(); // membarrier is refused where CPUs run without ticks
    }
  }

  /**
   * Changes a map of maps: before that returns, the kernel waits for every program that may still
   * use the map that was in its place (synchronize_rcu in maybe_wait_bpf_programs).
   */
  static void awaitByMapInMap() throws Errno {
    var innerShape = new MapShape("aegis_inner", ARRAY, 4, 4, 1, 0, 0, 0);
    var outerShape = new MapShape("aegis_wait", ARRAY_OF_MAPS, 4, 4, 1, 0, 0, 0);
    try (Arena arena = Arena.ofConfined();
        OwnedFd inner = Bpf.createMap(innerShape);
        OwnedFd outer = Bpf.createMapOfMaps(outerShape, inner)) {
      MemorySegment value = arena.allocateFrom(ValueLayout.JAVA_INT, inner.number());
      Bpf.update(outer, arena.allocate(4, 4), value, Bpf.ANY);
    }
  }
}
