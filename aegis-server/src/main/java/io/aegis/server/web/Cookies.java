package io.aegis.server.web;

import com.google.inject.Inject;
import io.aegis.server.identity.Login;
import io.aegis.server.identity.Token;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The cookies, as text and as read. Safe for any number of threads. */
final class Cookies {

  /** The access token; sent with every request. */
  static final String ACCESS = "token";

  /** The refresh token; sent only where it is spent. */
  static final String REFRESH = "refresh_token";

  /** Everything beneath this path may spend the refresh token. */
  static final String REFRESH_PATH = "/api/auth/refresh";

  /** What a browser without a session is known by between the login form and its answer. */
  static final String LOGIN_FORM = "__Host-login";

  private final InstantSource clock;

  @Inject
  Cookies(InstantSource clock) {
    this.clock = clock;
  }

  /** Returns the {@code Set-Cookie} lines that log a client in. */
  List<String> of(Login login) {
    return List.of(
        line(ACCESS, login.access().value(), "/", secondsLeft(login.access())),
        line(REFRESH, login.refresh().value(), REFRESH_PATH, secondsLeft(login.refresh())));
  }

  /** Returns the {@code Set-Cookie} lines that take a client's tokens away. */
  static List<String> cleared() {
    return List.of(line(ACCESS, "", "/", 0), line(REFRESH, "", REFRESH_PATH, 0));
  }

  /** Returns the {@code Set-Cookie} line for {@link #LOGIN_FORM}, gone when the browser closes. */
  static String loginForm(String nonce) {
    return LOGIN_FORM + "=" + nonce + "; Path=/; Secure; HttpOnly; SameSite=Strict";
  }

  private long secondsLeft(Token token) {
    return Math.max(0, Duration.between(clock.instant(), token.expiresAt()).toSeconds());
  }

  private static String line(String name, String value, String path, long maxAge) {
    return name
        + "="
        + value
        + "; Path="
        + path
        + "; Max-Age="
        + maxAge
        + "; Secure; HttpOnly; SameSite=Strict";
  }

  /**
   * Reads a cookie.
   *
   * @return its value, or empty if it is absent or there are two: a neighbor's server may set one
   *     beside ours (for a parent domain), and guessing would make the user act in a stranger's
   *     name
   */
  static Optional<String> read(HttpServletRequest request, String name) {
    Cookie[] cookies = request.getCookies();
    if (cookies == null) {
      return Optional.empty();
    }
    List<String> values =
        Stream.of(cookies)
            .filter(cookie -> cookie.getName().equals(name))
            .map(Cookie::getValue)
            .toList();
    return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
  }
}
