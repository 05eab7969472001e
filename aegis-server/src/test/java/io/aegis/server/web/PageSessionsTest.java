package io.aegis.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.IpAddress;
import io.aegis.server.identity.ControllerException;
import io.aegis.server.identity.ControllerException.Kind;
import io.aegis.server.identity.Login;
import io.aegis.server.identity.Role;
import io.aegis.server.identity.Session;
import io.aegis.server.identity.Token;
import io.aegis.server.identity.User;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class PageSessionsTest {
  private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
  private static final IpAddress HERE = IpAddress.parse("10.77.1.2");
  private static final IpAddress ELSEWHERE = IpAddress.parse("10.77.1.3");

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final Spender sessions = new Spender();
  private final PageSessions pages = new PageSessions(sessions::refresh, now::get);

  /** Swaps every token once, as the controller does. */
  private static final class Spender {
    private final List<String> spent = new ArrayList<>();

    synchronized Login refresh(String token, IpAddress source) {
      if (spent.contains(token)) {
        throw new ControllerException(Kind.UNAUTHENTICATED, "spent before: the session ended");
      }
      spent.add(token);
      User user = new User(5, "ada", Role.USER_ID, true, false, START);
      Role role = new Role(Role.USER_ID, "user", "", true);
      Token next = new Token(token + "+", START.plusSeconds(60));
      return new Login(new Session(1, user, role, HERE, START, START.plusSeconds(60)), next, next);
    }
  }

  @Test
  void refresh_manyAtOnceFromOneAddress_shareOneSwap() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Login> refresh = () -> pages.refresh("token", HERE);
      for (var result : threads.invokeAll(java.util.Collections.nCopies(20, refresh))) {
        assertThat(result.get().refresh().value()).isEqualTo("token+");
      }
    }
    assertThat(sessions.spent).containsExactly("token");
  }

  @Test
  void refresh_sameTokenFromElsewhere_meetsTheController() {
    pages.refresh("token", HERE);
    assertThatThrownBy(() -> pages.refresh("token", ELSEWHERE))
        .isInstanceOf(ControllerException.class)
        .hasMessageContaining("spent before");
  }

  @Test
  void refresh_sameTokenAfterTheWindow_meetsTheController() {
    pages.refresh("token", HERE);
    now.set(START.plus(PageSessions.WINDOW).plus(Duration.ofMillis(1)));
    assertThatThrownBy(() -> pages.refresh("token", HERE)).hasMessageContaining("spent before");
  }

  @Test
  void refresh_refused_isNotRemembered() {
    sessions.refresh("token", HERE);
    assertThatThrownBy(() -> pages.refresh("token", HERE)).hasMessageContaining("spent before");
    sessions.spent.clear();
    assertThat(pages.refresh("token", HERE).refresh().value()).isEqualTo("token+");
  }
}
