package io.aegis.server.identity;

import io.aegis.api.IpAddress;
import java.util.Optional;

/** Logging in, staying logged in, logging out. Safe for any number of threads; may block. */
public interface Sessions {

  /**
   * Checks a password and begins a session. The answer to an unknown user takes as long as the one
   * to a wrong password and reads the same.
   *
   * @param username as typed
   * @param password as typed
   * @param source the address of the connection
   * @return the session and its tokens
   * @throws ControllerException {@code UNAUTHENTICATED} if user or password are wrong; {@code
   *     FORBIDDEN} if the password is right and the user disabled; {@code LOCKED_OUT} after too
   *     many failures for this user or address; {@code UNAVAILABLE} if more logins are waiting than
   *     can be checked
   */
  Login login(String username, String password, IpAddress source);

  /**
   * Finds the session of an access token. Reads only.
   *
   * @param accessToken as sent; anything at all
   * @return the session with its user and role as they are now
   * @throws ControllerException {@code UNAUTHENTICATED} if the token is unknown or expired, or if
   *     the session ended or its user is gone or disabled
   */
  Session authenticate(String accessToken);

  /**
   * Swaps a refresh token for a new pair; the old one is spent. One that was spent before ends the
   * session, since two parties hold it.
   *
   * @param refreshToken as sent; anything at all
   * @param source the address of the connection, for the audit log
   * @return the same session and new tokens
   * @throws ControllerException {@code UNAUTHENTICATED} if the token is unknown, expired or spent,
   *     or the session ended
   */
  Login refresh(String refreshToken, IpAddress source);

  /**
   * Ends a session: its tokens and everything that was activated in it. Returns when the connected
   * gateways have closed it, or after a few seconds. Ending it twice is harmless.
   *
   * @param session the session; it has ended, whatever is still open
   * @return what was activated in it and is not closed everywhere yet; mostly empty
   */
  Optional<StillOpen> logout(Session session);
}
