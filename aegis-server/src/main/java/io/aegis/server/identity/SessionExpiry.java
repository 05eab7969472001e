package io.aegis.server.identity;

import com.google.inject.Inject;
import io.aegis.server.store.Database;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Ends the sessions whose time is over. What is over is refused without it; this takes away what
 * they left behind. Safe for any number of threads.
 */
public final class SessionExpiry {
  private final Database database;
  private final InstantSource clock;
  private final SessionStore sessions = new SessionStore();
  private final SessionEnd ending;

  @Inject
  SessionExpiry(Database database, AccessInputs inputs, InstantSource clock) {
    this.database = database;
    this.clock = clock;
    this.ending = new SessionEnd(sessions, inputs);
  }

  /**
   * Ends what is over now, and forgets expired access tokens with it.
   *
   * @return how many sessions ended
   */
  public int run() {
    Instant now = clock.instant();
    if (!database.read(tx -> sessions.isAnythingOverAt(tx, now))) {
      return 0;
    }
    return database.write(tx -> {
      List<Long> over = sessions.idsOverAt(tx, now);
      CompletableFuture<Optional<StillOpen>> _ = ending.end(tx, over);
      sessions.deleteExpiredAccessTokens(tx, now);
      return over.size();
    });
  }
}
