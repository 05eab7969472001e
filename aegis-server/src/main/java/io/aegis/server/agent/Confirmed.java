package io.aegis.server.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers that an operator confirmed what a gateway enforces. Pins remember it as well, but are
 * gone after a reboot: a gateway that was confirmed once would then take its protection away,
 * because nobody confirms it again. Other interfaces, or other modes, were not confirmed: auditing
 * locks nobody out. For one thread at a time.
 */
final class Confirmed {
  private static final Logger LOG = LoggerFactory.getLogger(Confirmed.class);
  private static final String FILE = "confirmed";

  private final StateDirectory directory;
  private final String what;

  Confirmed(StateDirectory directory, AgentConfig config) {
    this.directory = directory;
    this.what =
        config.interfaces().stream()
            .map(each -> each.name() + "=" + each.mode())
            .sorted()
            .collect(Collectors.joining(" ", config.instance() + ": ", ""));
  }

  /** Whether these interfaces were confirmed for this instance. */
  boolean isNoted() throws IOException {
    boolean noted = directory.read(FILE).filter(what::equals).isPresent();
    if (noted) {
      LOG.info("event=confirmed-before file={}", directory.resolve(FILE));
    }
    return noted;
  }

  /** Remembers it, beyond a loss of power. */
  void note() throws IOException {
    directory.write(FILE, what);
  }

  /**
   * Forgets it: the next start is to be confirmed again.
   *
   * @throws IOException if it is still remembered
   */
  static void forget(Path stateDirectory) throws IOException {
    Files.deleteIfExists(stateDirectory.resolve(FILE));
  }
}
