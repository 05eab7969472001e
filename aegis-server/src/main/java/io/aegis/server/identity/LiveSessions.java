package io.aegis.server.identity;

import com.google.inject.Inject;
import io.aegis.server.identity.Authority.Action;
import io.aegis.server.identity.ControllerException.Kind;
import io.aegis.server.store.Transaction;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Looks a session up again inside the transaction that acts for it: between a request's arrival and
 * its turn to write, the user may have lost the session or the role. Safe for any number of
 * threads.
 */
public final class LiveSessions {
  private final InstantSource clock;
  private final SessionStore sessions = new SessionStore();

  @Inject
  LiveSessions(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Finds a session as it is now.
   *
   * @param tx the transaction that wants to know
   * @param sessionId its number
   * @return empty if it has ended or its user is gone or disabled
   */
  public Optional<Session> byId(Transaction tx, long sessionId) {
    return sessions.liveById(tx, sessionId, clock.instant());
  }

  /**
   * Returns a session as it is now.
   *
   * @param tx the transaction that acts for it
   * @param session the session as it was
   * @return the session with its user and role
   * @throws ControllerException {@code UNAUTHENTICATED} if it has ended or its user is disabled
   */
  public Session require(Transaction tx, Session session) {
    return byId(tx, session.id())
        .orElseThrow(() ->
            new ControllerException(Kind.UNAUTHENTICATED, "not logged in, or no longer: log in"));
  }

  /**
   * Returns a session as it is now, if it may do something.
   *
   * @param tx the transaction that does it
   * @param session the session as it was
   * @param action what it wants to do
   * @return the session with its user and role
   * @throws ControllerException {@code UNAUTHENTICATED} as {@link #require(Transaction, Session)};
   *     {@code FORBIDDEN} if it may not
   */
  public Session require(Transaction tx, Session session, Action action) {
    Session live = require(tx, session);
    Authority.require(live, action);
    return live;
  }
}
