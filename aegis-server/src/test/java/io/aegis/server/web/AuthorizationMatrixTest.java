package io.aegis.server.web;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.server.web.Browser.Reply;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every endpoint, asked by everybody. The table below is written from the API's description, not
 * from the code, and names every endpoint that there is: a new one fails here until it is added.
 */
class AuthorizationMatrixTest {

  /** Who may at least. */
  enum Least {
    ANYONE,
    USER,
    ADMIN,
    ROOT
  }

  /** Who asks. */
  enum Caller {
    ANONYMOUS,
    USER,
    ADMIN,
    ROOT,
    /** Was an administrator, and was disabled after the login. */
    DISABLED,
    /** Was root, and logged out; the token was kept. */
    REVOKED;

    boolean may(Least least) {
      return switch (this) {
        case ANONYMOUS, DISABLED, REVOKED -> least == Least.ANYONE;
        case USER -> least.compareTo(Least.USER) <= 0;
        case ADMIN -> least.compareTo(Least.ADMIN) <= 0;
        case ROOT -> true;
      };
    }

    boolean isLoggedIn() {
      return this == USER || this == ADMIN || this == ROOT;
    }
  }

  private static final Map<String, Least> TABLE =
      Map.ofEntries(
          entry("GET /healthz", Least.ANYONE),
          entry("POST /api/auth/login", Least.ANYONE),
          entry("POST /api/auth/logout", Least.USER),
          entry("POST /api/auth/refresh", Least.ANYONE),
          entry("POST /api/auth/password", Least.USER),
          entry("GET /api/auth/me", Least.USER),
          entry("GET /api/auth/oidc/providers", Least.ANYONE),
          entry("GET /api/auth/oidc/login", Least.ANYONE),
          entry("GET /api/auth/oidc/callback", Least.ANYONE),
          entry("GET /api/roles", Least.ADMIN),
          entry("POST /api/roles", Least.ROOT),
          entry("DELETE /api/roles/{id}", Least.ROOT),
          entry("GET /api/roles/{id}/services", Least.ADMIN),
          entry("POST /api/roles/{id}/services", Least.ADMIN),
          entry("DELETE /api/roles/{id}/services/{svc_id}", Least.ADMIN),
          entry("GET /api/services", Least.ADMIN),
          entry("POST /api/services", Least.ADMIN),
          entry("PUT /api/services/{id}", Least.ADMIN),
          entry("DELETE /api/services/{id}", Least.ADMIN),
          entry("GET /api/users", Least.ADMIN),
          entry("POST /api/users", Least.ADMIN),
          entry("DELETE /api/users/{id}", Least.ADMIN),
          entry("PUT /api/users/{id}/role", Least.ADMIN),
          entry("POST /api/users/{id}/reset-password", Least.ADMIN),
          entry("GET /api/users/{id}/services", Least.ADMIN),
          entry("POST /api/users/{id}/services", Least.ADMIN),
          entry("DELETE /api/users/{id}/services/{svc_id}", Least.ADMIN),
          entry("GET /api/me/services", Least.USER),
          entry("GET /api/me/selected", Least.USER),
          entry("POST /api/me/selected", Least.USER),
          entry("DELETE /api/me/selected/{svc_id}", Least.USER));

  /** Pages send whoever may not see them to the login, and so are not told apart by status. */
  private static final Map<String, Least> PAGES =
      Map.ofEntries(
          entry("GET /", Least.USER),
          entry("GET /login", Least.ANYONE),
          entry("POST /login", Least.ANYONE),
          entry("GET /api/auth/refresh/page", Least.ANYONE),
          entry("POST /logout", Least.USER),
          entry("GET /password", Least.USER),
          entry("POST /password", Least.USER),
          entry("POST /activate", Least.USER),
          entry("POST /deactivate", Least.USER),
          entry("GET /assets/aegis.css", Least.ANYONE),
          entry("GET /assets/aegis.svg", Least.ANYONE),
          entry("GET /assets/pico.min.css", Least.ANYONE),
          entry("GET /assets/htmx.min.js", Least.ANYONE));

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

  @Test
  void table_namesEveryEndpointThereIs() {
    Set<String> named = new java.util.TreeSet<>(TABLE.keySet());
    named.addAll(PAGES.keySet());
    assertThat(
            server.endpoints().stream()
                .map(endpoint -> endpoint.method() + " " + endpoint.path())
                .collect(Collectors.toSet()))
        .isEqualTo(named);
  }

  @ParameterizedTest
  @EnumSource(Caller.class)
  void everyEndpoint_isOpenToExactlyThoseWhoMay(Caller caller) throws Exception {
    for (var row : new TreeMap<>(TABLE).entrySet()) {
      try (Browser browser = as(caller)) {
        String[] endpoint = row.getKey().split(" ", -1);
        Reply reply = ask(browser, endpoint[0], endpoint[1]);
        var check = assertThat(reply.status()).as("%s by %s: %s", row, caller, reply.text());
        if (caller.may(row.getValue())) {
          check.isNotIn(403, 405).isLessThan(502);
          if (needsSession(row.getValue())) {
            check.isNotIn(401, 501);
          }
        } else {
          check.isEqualTo(caller.isLoggedIn() ? 403 : 401);
          assertThat(reply.error()).isNotEmpty();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Caller.class)
  void everyPage_sendsThoseWhoMayNotToTheLogin(Caller caller) throws Exception {
    for (var row : new TreeMap<>(PAGES).entrySet()) {
      try (Browser browser = as(caller)) {
        String[] endpoint = row.getKey().split(" ", -1);
        Reply reply =
            endpoint[0].equals("GET")
                ? browser.get(endpoint[1])
                : browser.submit(endpoint[1], Map.of("csrf", "guessed"));
        var check = assertThat(reply.status()).as("%s by %s: %s", row, caller, reply.text());
        if (!caller.may(row.getValue())) {
          check.isEqualTo(303);
          assertThat(reply.header("Location")).isEqualTo("/api/auth/refresh/page");
        } else if (endpoint[0].equals("POST")) {
          check.isEqualTo(403);
        } else {
          check.isIn(200, 303);
        }
      }
    }
  }

  private static boolean needsSession(Least least) {
    return least != Least.ANYONE;
  }

  /** Asks with a valid body about things that are not there, so that nothing changes. */
  private static Reply ask(Browser browser, String method, String template) throws Exception {
    String path = template.replace("{id}", "999999").replace("{svc_id}", "999998");
    return switch (method + " " + template) {
      case "POST /api/auth/login" ->
          browser.send(method, path, "{}"); // no failed login: those count against the address
      case "POST /api/auth/password" ->
          browser.send(
              method,
              path,
              "{\"old_password\":\"" + WebFixture.PASSWORD + "\",\"new_password\":\"short\"}");
      case "POST /api/roles" -> browser.send(method, path, "{\"name\":\"\"}");
      case "POST /api/services", "PUT /api/services/{id}" ->
          browser.send(method, path, "{\"name\":\"\",\"hostname\":\"10.77.9.9:80\"}");
      case "POST /api/users" ->
          browser.send(
              method,
              path,
              "{\"credentials\":{\"username\":\"x\",\"password\":\"y\"},\"role_id\":3}");
      case "PUT /api/users/{id}/role" -> browser.send(method, path, "{\"role_id\":3}");
      case "POST /api/users/{id}/reset-password" ->
          browser.send(method, path, "{\"password\":\"a long enough phrase 7\"}");
      case "POST /api/roles/{id}/services", "POST /api/users/{id}/services" ->
          browser.send(method, path, "{\"service_id\":999998}");
      default -> browser.send(method, path);
    };
  }

  private static Browser as(Caller caller) throws Exception {
    Browser browser = server.browser();
    switch (caller) {
      case ANONYMOUS -> {}
      case USER -> browser.login("user", WebFixture.PASSWORD);
      case ADMIN -> browser.login("admin", WebFixture.PASSWORD);
      case ROOT -> browser.login("root", WebFixture.PASSWORD);
      case DISABLED -> {
        server.setActive("leaver", true);
        browser.login("leaver", WebFixture.PASSWORD);
        server.setActive("leaver", false);
      }
      case REVOKED -> {
        browser.login("root", WebFixture.PASSWORD);
        String token = browser.cookie("token");
        browser.send("POST", "/api/auth/logout");
        return server.browserWithToken(token);
      }
    }
    return browser;
  }
}
