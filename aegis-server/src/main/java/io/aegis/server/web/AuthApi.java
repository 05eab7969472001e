package io.aegis.server.web;

import com.google.inject.Inject;
import io.aegis.server.identity.Accounts;
import io.aegis.server.identity.Authority.Action;
import io.aegis.server.identity.Login;
import io.aegis.server.identity.Session;
import io.aegis.server.identity.Sessions;
import java.util.List;
import java.util.Set;

/** Logging in and out, and one's own password. */
final class AuthApi {
  private final Sessions sessions;
  private final Accounts accounts;
  private final Cookies cookies;

  @Inject
  AuthApi(Sessions sessions, Accounts accounts, Cookies cookies) {
    this.sessions = sessions;
    this.accounts = accounts;
    this.cookies = cookies;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.post("/api/auth/login", null, this::login),
        Endpoint.post("/api/auth/logout", Action.MANAGE_OWN_LOGIN, this::logout),
        Endpoint.post(Cookies.REFRESH_PATH, null, this::refresh),
        Endpoint.post("/api/auth/password", Action.MANAGE_OWN_LOGIN, this::changePassword),
        Endpoint.get("/api/auth/me", Action.MANAGE_OWN_LOGIN, AuthApi::me),
        Endpoint.get("/api/auth/oidc/providers", null, AuthApi::noSingleSignOn),
        Endpoint.get("/api/auth/oidc/login", null, AuthApi::noSingleSignOn),
        Endpoint.get("/api/auth/oidc/callback", null, AuthApi::noSingleSignOn));
  }

  private Answer login(Call call) {
    JsonBody body = call.body(Set.of("username", "password"), Set.of());
    String username = body.text("username");
    String password = body.text("password");
    return loggedIn("Login successful", sessions.login(username, password, call.source()));
  }

  private Answer refresh(Call call) {
    call.noBody();
    String token =
        call.cookie(Cookies.REFRESH)
            .orElseThrow(
                () -> HttpFailure.unauthorized("there is no refresh_token cookie: log in"));
    return loggedIn("Token refreshed", sessions.refresh(token, call.source()));
  }

  private Answer loggedIn(String message, Login login) {
    return Answer.json(
            200,
            StrictJson.object().put("message", message).put("role", login.session().role().name()))
        .withCookies(cookies.of(login));
  }

  private Answer logout(Call call) {
    call.noBody();
    String open =
        sessions.logout(call.session()).map(each -> " Still open: " + each.text() + ".").orElse("");
    return Answer.sentence("Logged out." + open).withCookies(Cookies.cleared());
  }

  private Answer changePassword(Call call) {
    JsonBody body = call.body(Set.of("old_password", "new_password"), Set.of());
    String oldPassword = body.text("old_password");
    accounts.changeOwnPassword(call.session(), oldPassword, body.text("new_password"));
    return Answer.sentence("Password changed.");
  }

  private static Answer me(Call call) {
    Session session = call.session();
    return Answer.json(
        200,
        StrictJson.object()
            .put("username", session.user().username())
            .put("role", session.role().name())
            .put("role_id", session.role().id()));
  }

  private static Answer noSingleSignOn(Call call) {
    throw new HttpFailure(501, "no single sign-on provider is configured: log in with a password");
  }
}
