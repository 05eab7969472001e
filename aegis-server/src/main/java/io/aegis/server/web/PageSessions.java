package io.aegis.server.web;

import com.google.inject.Inject;
import io.aegis.api.IpAddress;
import io.aegis.server.identity.Login;
import io.aegis.server.identity.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/**
 * Keeps browsers logged in without a script: a page whose access token has expired is sent past
 * here.
 *
 * <p>A browser with several pages open may send the same refresh token twice within moments (after
 * the machine slept, all of them wake at once). To the controller that is theft, and it ends the
 * session. So one swap serves all that come with the same token from the same address within {@link
 * #WINDOW}; whoever comes later or from elsewhere meets the controller. Safe for any number of
 * threads.
 */
final class PageSessions {

  /** The time that requests sent together may take to arrive. */
  static final Duration WINDOW = Duration.ofSeconds(5);

  private record Key(String token, IpAddress source) {}

  private record Swap(Instant begun, CompletableFuture<Login> login) {}

  private final Map<Key, Swap> recent = new ConcurrentHashMap<>();
  private final BiFunction<String, IpAddress, Login> controller;
  private final InstantSource clock;

  @Inject
  PageSessions(Sessions sessions, InstantSource clock) {
    this(sessions::refresh, clock);
  }

  PageSessions(BiFunction<String, IpAddress, Login> controller, InstantSource clock) {
    this.controller = controller;
    this.clock = clock;
  }

  /**
   * Swaps a refresh token, or takes part in a swap that was just made.
   *
   * @throws io.aegis.server.identity.ControllerException {@code UNAUTHENTICATED} if the controller
   *     refuses the token
   */
  Login refresh(String token, IpAddress source) {
    Instant now = clock.instant();
    recent.values().removeIf(swap -> swap.begun().plus(WINDOW).isBefore(now));
    Key key = new Key(token, source);
    Swap mine = new Swap(now, new CompletableFuture<>());
    Swap first = recent.putIfAbsent(key, mine);
    if (first != null) {
      return joined(first.login());
    }
    try {
      Login login = controller.apply(token, source);
      mine.login().complete(login);
      return login;
    } catch (RuntimeException e) {
      recent.remove(key, mine);
      mine.login().completeExceptionally(e);
      throw e;
    }
  }

  private static Login joined(CompletableFuture<Login> login) {
    try {
      return login.join();
    } catch (java.util.concurrent.CompletionException e) {
      if (e.getCause() instanceof RuntimeException refusal) {
        throw refusal;
      }
      throw e;
    }
  }
}
