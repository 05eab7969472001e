package io.aegis.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aegis.server.controller.FakeGateways.Mood;
import io.aegis.server.web.Browser.Reply;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages as a browser without scripts sees them. */
class PagesTest {
  @TempDir Path directory;
  private WebFixture server;
  private Browser browser;

  @BeforeEach
  void start() throws Exception {
    server = WebFixture.start(directory);
    browser = server.browser();
  }

  @AfterEach
  void stop() throws Exception {
    browser.close();
    server.close();
  }

  private Reply login(String username, String password) throws Exception {
    String csrf = browser.get("/login").csrf();
    return browser.submit(
        "/login", Map.of("csrf", csrf, "username", username, "password", password));
  }

  private long serviceForUsers(String name, String description) throws Exception {
    try (Browser root = server.browser().login("root", WebFixture.PASSWORD)) {
      Reply service =
          root.send(
              "POST",
              "/api/services",
              "{\"name\":\""
                  + name
                  + "\",\"hostname\":\"10.77.2.10:80\",\"description\":\""
                  + description
                  + "\"}");
      long id = service.json().get("id").asLong();
      root.send("POST", "/api/roles/3/services", "{\"service_id\":" + id + "}");
      return id;
    }
  }

  @Test
  void story_logInActivateDeactivateLogOut() throws Exception {
    String id = Long.toString(serviceForUsers("intranet", "the news"));
    assertThat(browser.get("/").header("Location")).isEqualTo("/api/auth/refresh/page");
    assertThat(browser.get("/api/auth/refresh/page").header("Location")).isEqualTo("/login");

    // An administrator chose it; the user is asked for another, and may go on.
    assertThat(login("user", WebFixture.PASSWORD).header("Location")).isEqualTo("/password");
    assertThat(browser.get("/login").header("Location")).isEqualTo("/");
    Reply home = browser.get("/");
    assertThat(home.status()).isEqualTo(200);
    assertThat(home.text()).contains("intranet", "the news", "Nothing is open", "127.0.0.1");

    Reply activated = browser.submit("/activate", Map.of("csrf", home.csrf(), "service_id", id));
    assertThat(activated.status()).as(activated.text()).isEqualTo(303);
    assertThat(server.openFor()).containsExactly("127.0.0.1");
    home = browser.get("/");
    assertThat(home.text()).contains("Deactivate").doesNotContain("Nothing is open");

    browser.submit("/deactivate", Map.of("csrf", home.csrf(), "service_id", id));
    assertThat(server.openFor()).isEmpty();
    assertThat(browser.get("/").text()).contains("Nothing is open");

    Reply out = browser.submit("/logout", Map.of("csrf", home.csrf()));
    assertThat(out.header("Location")).isEqualTo("/login");
    assertThat(browser.get("/").status()).isEqualTo(303);
  }

  @Test
  void problems_areToldOnThePage() throws Exception {
    Reply wrong = login("us\"er<", "wrong");
    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.text()).contains("value=\"us&#34;er&lt;\"").contains("class=\"problem\"");

    server.gateway(Mood.REFUSING);
    String id = Long.toString(serviceForUsers("intranet", ""));
    login("user", WebFixture.PASSWORD);
    Reply reply =
        browser.submit("/activate", Map.of("csrf", browser.get("/").csrf(), "service_id", id));
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.header("Content-Type")).startsWith("text/html");
    assertThat(reply.text()).contains("class=\"problem\"", "intranet");
  }

  @Test
  void logout_withTheGatewayAway_saysOnAPageWhatIsStillOpen() throws Exception {
    String id = Long.toString(serviceForUsers("intranet", ""));
    login("user", WebFixture.PASSWORD);
    String mark = browser.get("/").csrf();
    browser.submit("/activate", Map.of("csrf", mark, "service_id", id));
    server.gateway(Mood.AWAY);

    Reply out = browser.submit("/logout", Map.of("csrf", mark));

    assertThat(out.status()).isEqualTo(200);
    assertThat(out.text()).contains("Logged out", "Still open: gateway edge is not connected");
    assertThat(browser.get("/").status()).as("the session has ended").isEqualTo(303);
  }

  @Test
  void password_changedWithTheGatewayAway_saysOnAPageWhatIsStillOpen() throws Exception {
    String id = Long.toString(serviceForUsers("intranet", ""));
    login("user", WebFixture.PASSWORD);
    browser.submit("/activate", Map.of("csrf", browser.get("/").csrf(), "service_id", id));
    server.gateway(Mood.AWAY);
    try (Browser other = server.browser()) {
      other.login("user", WebFixture.PASSWORD);
      Reply changed =
          other.submit(
              "/password",
              Map.of(
                  "csrf",
                  other.get("/").csrf(),
                  "old_password",
                  WebFixture.PASSWORD,
                  "new_password",
                  "Better-Horse-8",
                  "new_password_again",
                  "Better-Horse-8"));
      assertThat(changed.status()).isEqualTo(503);
      assertThat(changed.header("Content-Type")).startsWith("text/html");
      assertThat(changed.text())
          .contains("Done, but not closed everywhere yet", "gateway edge is not connected");
    }
    assertThat(browser.get("/").status()).as("the other session has ended").isEqualTo(303);
  }

  @Test
  void stored_scripts_areShownAsText() throws Exception {
    serviceForUsers("<script>alert(1)</script>", "'><img src=x onerror=alert(1)>");
    login("user", WebFixture.PASSWORD);
    assertThat(browser.get("/").text())
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;")
        .doesNotContain("<script>alert", "<img src=x", "aria-label=\"Activate <");
  }

  @Test
  void forms_withoutTheMarkOfThisSession_doNothing() throws Exception {
    String id = Long.toString(serviceForUsers("intranet", ""));
    login("user", WebFixture.PASSWORD);
    String others;
    String strangers;
    try (Browser other = server.browser()) {
      strangers = other.get("/login").csrf();
      others = other.login("admin", WebFixture.PASSWORD).get("/").csrf();
    }
    for (String mark : new String[] {"", "x", others, strangers}) {
      for (String path : new String[] {"/activate", "/deactivate", "/logout", "/password"}) {
        Reply reply = browser.submit(path, Map.of("csrf", mark, "service_id", id));
        assertThat(reply.status()).as(path).isEqualTo(403);
        assertThat(reply.header("Content-Type")).startsWith("text/html");
      }
    }
    assertThat(server.openFor()).isEmpty();
    assertThat(browser.get("/").status()).isEqualTo(200);
  }

  @Test
  void login_withoutTheMarkOfItsOwnForm_isRefused() throws Exception {
    String strangers;
    try (Browser stranger = server.browser()) {
      strangers = stranger.get("/login").csrf();
    }
    for (String mark : new String[] {"", "x", strangers}) {
      Reply reply =
          browser.submit(
              "/login", Map.of("csrf", mark, "username", "user", "password", WebFixture.PASSWORD));
      assertThat(reply.status()).isEqualTo(403);
      assertThat(browser.cookie("token")).isEmpty();
    }
    assertThat(login("user", WebFixture.PASSWORD).status()).isEqualTo(303);
  }

  @Test
  void login_withTheMarkOfAnEmptyCookie_isRefused() throws Exception {
    for (String cookie : new String[] {"", "x", "0".repeat(31)}) {
      String page =
          server
              .raw()
              .request("GET /login HTTP/1.1", "Cookie: " + Cookies.LOGIN_FORM + "=" + cookie);
      String mark = page.replaceFirst("(?s).*name=\"csrf\" value=\"([^\"]+)\".*", "$1");
      assertThat(page).doesNotContain(Cookies.LOGIN_FORM + "=" + cookie + ";");
      Reply reply =
          browser.submit(
              "/login", Map.of("csrf", mark, "username", "user", "password", WebFixture.PASSWORD));
      assertThat(reply.status()).as("cookie '%s'", cookie).isEqualTo(403);
    }
  }

  @Test
  void everyAnswer_hasTheSecurityHeaders() throws Exception {
    login("user", WebFixture.PASSWORD);
    for (String path :
        new String[] {
          "/",
          "/login",
          "/password",
          "/assets/aegis.css",
          "/api/auth/me",
          "/nothing",
          "/a%2fb",
          "/healthz"
        }) {
      Reply reply = browser.get(path);
      assertThat(reply.header("Content-Security-Policy"))
          .as(path)
          .contains("default-src 'none'", "script-src 'self';", "frame-ancestors 'none'")
          .doesNotContain("unsafe");
      assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(reply.header("Referrer-Policy")).isEqualTo("same-origin");
      assertThat(reply.header("Strict-Transport-Security")).startsWith("max-age=");
      assertThat(reply.header("Server")).isEmpty();
      if (!path.startsWith("/assets")) {
        assertThat(reply.header("Cache-Control")).contains("no-store");
      }
    }
    assertThat(browser.get("/").text())
        .doesNotContain("style=", "onclick", "<script>", "javascript:");
  }

  @Test
  void expiredToken_isRenewedAndTheVisitGoesOn() throws Exception {
    login("user", WebFixture.PASSWORD);
    server.passTime(java.time.Duration.ofMinutes(20));
    Reply expired = browser.get("/");
    assertThat(expired.header("Location")).isEqualTo("/api/auth/refresh/page");
    Reply renewed = browser.get("/api/auth/refresh/page");
    assertThat(renewed.header("Location")).isEqualTo("/");
    assertThat(browser.get("/").status()).isEqualTo(200);
  }

  @Test
  void firstPassword_isAskedForAndChanged() throws Exception {
    try (Browser root = server.browser().login("root", WebFixture.PASSWORD)) {
      long id = 0;
      for (JsonNode user : root.get("/api/users").json()) {
        id = user.get("username").asText().equals("user") ? user.get("id").asLong() : id;
      }
      root.send(
          "POST", "/api/users/" + id + "/reset-password", "{\"password\":\"given by root 7\"}");
    }
    assertThat(login("user", "given by root 7").header("Location")).isEqualTo("/password");
    assertThat(browser.get("/").text()).contains("was chosen by somebody else");
    String csrf = browser.get("/password").csrf();
    Map<String, String> form =
        Map.of(
            "csrf", csrf,
            "username", "user",
            "old_password", "given by root 7",
            "new_password", "my own long phrase",
            "new_password_again", "my own long phrase");
    Map<String, String> differing = new java.util.HashMap<>(form);
    differing.put("new_password_again", "my own long phrasf");
    assertThat(browser.submit("/password", differing).text()).contains("passwords differ");
    assertThat(browser.submit("/password", form).header("Location")).isEqualTo("/");
    assertThat(browser.get("/").text()).doesNotContain("was chosen by somebody else");
    browser.submit("/logout", Map.of("csrf", browser.get("/").csrf()));
    assertThat(login("user", "my own long phrase").status()).isEqualTo(303);
  }
}
