package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.xdp.internal.link.XdpLink;
import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Owned;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What an opening has done so far, and how to take it back if the rest does not succeed. Closed
 * when that is decided. For one thread.
 */
final class Rollback implements AutoCloseable {

  /** Takes something back. */
  interface Undo {
    void run() throws Errno;
  }

  private final Deque<Undo> undo = new ArrayDeque<>();
  private final Owned kept = new Owned();

  /** Notes how to take back what was done. */
  void add(Undo back) {
    undo.push(back);
  }

  /**
   * Replaces the program of a pinned link. The old one is held open, since nothing else holds it
   * from then on.
   */
  void replace(XdpLink link, Path pin, OwnedFd program) throws Errno {
    int id = link.info().programId();
    OwnedFd before = open(id);
    link.update(program);
    undo.push(() -> putBack(pin, id, before));
  }

  /** Null without the right to open programs by their id, which enforcing itself does not need. */
  private @Nullable OwnedFd open(int id) throws Errno {
    try {
      return kept.own(Bpf.openProgram(id));
    } catch (Errno e) {
      if (e.number() == Errno.EPERM) {
        return null;
      }
      throw e;
    }
  }

  private static void putBack(Path pin, int id, @Nullable OwnedFd before) throws Errno {
    if (before == null) {
      throw new IllegalStateException(
          "the new rules are in force at "
              + pin
              + " all the same: its old program "
              + id
              + " can be put back with CAP_SYS_ADMIN only; start again with the settings that you"
              + " want");
    }
    try (XdpLink link = XdpLink.open(pin)) {
      link.update(before);
    }
  }

  /** Takes back everything, newest first; what fails is added to {@code failure}. */
  void run(Throwable failure) {
    while (!undo.isEmpty()) {
      try {
        undo.pop().run();
      } catch (Errno | RuntimeException e) {
        failure.addSuppressed(e);
      }
    }
  }

  /** Lets go of what was replaced. */
  @Override
  public void close() {
    kept.close();
  }
}
