package io.aegis.server.agent;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what is done again and again, each by itself: one that fails is told in the log when it
 * begins to, and keeps no other from being done. Not thread-safe: the agent's thread owns it.
 */
final class Chores {

  private static final Logger LOG = LoggerFactory.getLogger(Chores.class);

  /** Something to do. */
  @FunctionalInterface
  interface Chore {
    /**
     * Does it.
     *
     * @throws IOException if a file cannot be read or written
     */
    void run() throws IOException;
  }

  private final Map<String, String> failing = new HashMap<>();

  // Errors too: what is thrown here would end the agent's turns, and nobody would notice.
  void run(String what, Chore chore) {
    try {
      chore.run();
      if (failing.remove(what) != null) {
        LOG.info("event=chore-works-again chore={}", what);
      }
    } catch (Throwable e) {
      String failure = e.toString();
      if (!failure.equals(failing.put(what, failure))) {
        LOG.error("ALARM event=chore-failed chore={} action=\"tried again each time\"", what, e);
      }
    }
  }
}
