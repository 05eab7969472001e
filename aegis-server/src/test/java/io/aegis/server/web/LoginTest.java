package io.aegis.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.server.web.Browser.Reply;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoginTest {
  @TempDir static Path directory;
  private static WebFixture server;

  @BeforeAll
  static void start() throws Exception {
    server = WebFixture.start(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static Reply login(Browser browser, String username, String password) throws Exception {
    return browser.send(
        "POST",
        "/api/auth/login",
        "{\"username\":\"" + username + "\",\"password\":\"" + password + "\"}");
  }

  @Test
  void login_right_answersRoleAndBothCookies() throws Exception {
    try (Browser browser = server.browser()) {
      Reply reply = login(browser, "admin", WebFixture.PASSWORD);
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.json().get("role").asText()).isEqualTo("admin");
      assertThat(reply.json().get("message").asText()).isNotEmpty();
      assertThat(reply.json().size()).isEqualTo(2);
      assertThat(reply.headers("Set-Cookie"))
          .hasSize(2)
          .anyMatch(c ->
              c.matches("token=[\\w-]+; Path=/; Max-Age=\\d+; Secure; HttpOnly; SameSite=Strict"))
          .anyMatch(c ->
              c.matches(
                  "refresh_token=[\\w-]+; Path=/api/auth/refresh; Max-Age=\\d+; Secure;"
                      + " HttpOnly; SameSite=Strict"));
      Reply me = browser.get("/api/auth/me");
      assertThat(me.text()).isEqualTo("{\"username\":\"admin\",\"role\":\"admin\",\"role_id\":2}");
    }
  }

  @Test
  void login_wrong_is401AndReadsTheSameForUnknownUsers() throws Exception {
    try (Browser browser = server.browser()) {
      Reply wrong = login(browser, "user", "not the password");
      Reply unknown = login(browser, "nobody-of-this-name", "not the password");
      assertThat(wrong.status()).isEqualTo(401);
      assertThat(unknown.status()).isEqualTo(401);
      assertThat(unknown.text()).isEqualTo(wrong.text());
      assertThat(wrong.headers("Set-Cookie")).isEmpty();
    }
  }

  @Test
  void login_disabled_is403() throws Exception {
    server.setActive("leaver", false);
    try (Browser browser = server.browser()) {
      Reply reply = login(browser, "leaver", WebFixture.PASSWORD);
      assertThat(reply.status()).isEqualTo(403);
      assertThat(reply.error()).isNotEmpty();
    }
  }

  @Test
  void login_tooOften_is429WithRetryAfter() throws Exception {
    try (Browser browser = server.browser()) {
      Reply reply = login(browser, "guessed-at", "wrong");
      for (int i = 0; i < 50 && reply.status() == 401; i++) {
        reply = login(browser, "guessed-at", "wrong");
      }
      assertThat(reply.status()).isEqualTo(429);
      assertThat(Long.parseLong(reply.header("Retry-After"))).isPositive();
    } finally {
      server.passTime(java.time.Duration.ofHours(1));
    }
  }

  @Test
  void bearer_insteadOfCookie_isTheSameSession() throws Exception {
    try (Browser browser = server.browser().login("user", WebFixture.PASSWORD);
        Browser script = server.browser()) {
      String token = browser.cookie("token");
      for (String scheme : new String[] {"Bearer ", "bearer "}) {
        Reply me =
            script.send(script.request("/api/auth/me").header("Authorization", scheme + token));
        assertThat(me.json().path("username").asText()).isEqualTo("user");
      }
      Reply wrong =
          browser.send(browser.request("/api/auth/me").header("Authorization", "Bearer wrong"));
      assertThat(wrong.status()).as("a header that is there counts, not the cookie").isEqualTo(401);
    }
  }

  @Test
  void refresh_rotatesAndReplayEndsTheSession() throws Exception {
    try (Browser browser = server.browser().login("user", WebFixture.PASSWORD);
        Browser thief = server.browser()) {
      String first = browser.cookie("refresh_token");
      String access = browser.cookie("token");
      Reply reply = browser.send("POST", "/api/auth/refresh");
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.json().path("role").asText()).isEqualTo("user");
      assertThat(browser.cookie("token")).isNotEqualTo(access);
      assertThat(browser.cookie("refresh_token")).isNotEqualTo(first);
      assertThat(browser.get("/api/auth/me").status()).isEqualTo(200);

      Reply replay =
          thief.send(
              thief
                  .request("/api/auth/refresh")
                  .header("Cookie", "refresh_token=" + first)
                  .POST(BodyPublishers.noBody()));
      assertThat(replay.status()).isEqualTo(401);
      assertThat(browser.get("/api/auth/me").status()).isEqualTo(401);
      assertThat(browser.send("POST", "/api/auth/refresh").status()).isEqualTo(401);
    }
  }

  @Test
  void refresh_withoutCookie_is401() throws Exception {
    try (Browser browser = server.browser()) {
      assertThat(browser.send("POST", "/api/auth/refresh").status()).isEqualTo(401);
    }
  }

  @Test
  void logout_clearsBothCookiesAndEndsTheSession() throws Exception {
    try (Browser browser = server.browser().login("user", WebFixture.PASSWORD)) {
      String token = browser.cookie("token");
      Reply reply = browser.send("POST", "/api/auth/logout");
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("Content-Type")).startsWith("text/plain");
      assertThat(reply.headers("Set-Cookie"))
          .containsExactlyInAnyOrder(
              "token=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict",
              "refresh_token=; Path=/api/auth/refresh; Max-Age=0; Secure; HttpOnly;"
                  + " SameSite=Strict");
      try (Browser kept = server.browserWithToken(token)) {
        assertThat(kept.get("/api/auth/me").status()).isEqualTo(401);
      }
    }
  }

  @Test
  void password_changed_takesEffectAndKeepsThisSession() throws Exception {
    String next = "another long phrase 42";
    try (Browser browser = server.browser().login("changer", WebFixture.PASSWORD)) {
      assertThat(changePassword(browser, "wrong", next).status()).isEqualTo(401);
      assertThat(changePassword(browser, WebFixture.PASSWORD, "short").status()).isEqualTo(400);
      assertThat(changePassword(browser, WebFixture.PASSWORD, next).status()).isEqualTo(200);
      assertThat(browser.get("/api/auth/me").status()).isEqualTo(200);
      assertThat(login(browser, "changer", WebFixture.PASSWORD).status()).isEqualTo(401);
      assertThat(login(browser, "changer", next).status()).isEqualTo(200);
    }
  }

  private static Reply changePassword(Browser browser, String before, String after)
      throws Exception {
    return browser.send(
        "POST",
        "/api/auth/password",
        "{\"old_password\":\"" + before + "\",\"new_password\":\"" + after + "\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/auth/oidc/providers",
        "/api/auth/oidc/login?provider=x",
        "/api/auth/oidc/callback"
      })
  void singleSignOn_notConfigured_is501(String path) throws Exception {
    try (Browser browser = server.browser()) {
      assertThat(browser.get(path).status()).isEqualTo(501);
      assertThat(browser.get(path).error()).isNotEmpty();
    }
  }

  @Test
  void unsafeRequest_onBehalfOfAnotherSite_is403() throws Exception {
    String token;
    try (Browser browser = server.browser().login("user", WebFixture.PASSWORD)) {
      token = browser.cookie("token");
    }
    for (String header :
        new String[] {
          "Sec-Fetch-Site: cross-site",
          "Sec-Fetch-Site: same-site",
          "Origin: https://evil.example",
          "Origin: null",
          "Origin: https://localhost:1"
        }) {
      String answer =
          server
              .raw()
              .request(
                  "POST /api/auth/logout HTTP/1.1",
                  "Cookie: token=" + token,
                  "Content-Length: 0",
                  header);
      assertThat(RawHttps.status(answer)).as(header).isEqualTo(403);
    }
    String own =
        server
            .raw()
            .request(
                "POST /api/auth/logout HTTP/1.1",
                "Cookie: token=" + token,
                "Content-Length: 0",
                "Sec-Fetch-Site: same-origin");
    assertThat(RawHttps.status(own)).isEqualTo(200);
  }

  @Test
  void cookie_sentTwice_isNotGuessed() throws Exception {
    try (Browser browser = server.browser().login("user", WebFixture.PASSWORD)) {
      String answer =
          server
              .raw()
              .request(
                  "GET /api/auth/me HTTP/1.1",
                  "Cookie: token=" + browser.cookie("token") + "; token=planted-by-a-neighbor");
      assertThat(RawHttps.status(answer)).isEqualTo(401);
    }
  }
}
