package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Pins a link again whose pin somebody has removed: without it the interface would be open as soon
 * as this process ends. The directory of the instance is not made anew, since whoever removed that
 * has removed the maps' pins, too. Stateless.
 */
final class PinKeeping {

  private static final System.Logger LOG = System.getLogger(PinKeeping.class.getName());

  private PinKeeping() {}

  /** Pins a link in its place. */
  interface Pinning {
    void pin() throws Errno;
  }

  /**
   * Sees to it that a link that is in force is pinned.
   *
   * @param interfaceName where it is in force
   * @param path its place
   * @param pinning puts it there
   * @return why it could not be pinned; empty if it is
   */
  static String keep(String interfaceName, Path path, Pinning pinning) {
    if (Files.exists(path)) {
      return "";
    }
    try {
      pinning.pin();
    } catch (Errno | UncheckedIOException e) {
      return String.valueOf(e.getMessage());
    }
    LOG.log(
        System.Logger.Level.ERROR,
        "ALARM event=pinned-again interface={0} path={1} because=\"somebody had removed the pin\""
            + " action=\"nothing passed meanwhile: find out who did it\"",
        interfaceName,
        path);
    return "";
  }

  /** Says of a link that it is not pinned, and what to do. */
  static String unpinned(String what, String refusal) {
    return what
        + " is not pinned any more, so that the interface is open when this process ends"
        + (refusal.isEmpty()
            ? "; it is pinned again at once"
            : ", and cannot be pinned again: "
                + refusal
                + "; take the interface down before you start the agent again");
  }
}
