package io.aegis.server.identity;

import static java.util.Objects.requireNonNull;

/**
 * What a client gets that logged in or refreshed.
 *
 * @param session the session
 * @param access the token that every request carries; good for minutes
 * @param refresh the token that buys the next pair, once; good until the session ends
 */
public record Login(Session session, Token access, Token refresh) {

  /** Makes a login. */
  public Login {
    requireNonNull(session, "session");
    requireNonNull(access, "access");
    requireNonNull(refresh, "refresh");
  }
}
