package io.aegis.server.web;

import com.google.inject.Inject;
import io.aegis.server.identity.Accounts;
import io.aegis.server.identity.Authority.Action;
import io.aegis.server.identity.ControllerException;
import io.aegis.server.identity.Login;
import io.aegis.server.identity.Session;
import io.aegis.server.identity.Sessions;
import io.aegis.server.web.pages.LoginPage;
import io.aegis.server.web.pages.PasswordPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The pages around a login: logging in and out, staying logged in, one's own password. */
final class Pages {
  private static final String REFRESH = Cookies.REFRESH_PATH + "/page";

  private final Sessions sessions;
  private final Accounts accounts;
  private final PageSessions pageSessions;
  private final HomePages home;
  private final PageFrame frame;
  private final Assets assets;

  @Inject
  Pages(
      Sessions sessions,
      Accounts accounts,
      PageSessions pageSessions,
      HomePages home,
      PageFrame frame,
      Assets assets) {
    this.sessions = sessions;
    this.accounts = accounts;
    this.pageSessions = pageSessions;
    this.home = home;
    this.frame = frame;
    this.assets = assets;
  }

  List<Endpoint> endpoints() {
    List<Endpoint> all = new ArrayList<>(assets.endpoints());
    List<Endpoint> pages = new ArrayList<>(home.endpoints());
    pages.add(Endpoint.get("/login", null, this::loginForm));
    pages.add(Endpoint.post("/login", null, this::login));
    pages.add(Endpoint.get(REFRESH, null, this::refresh));
    pages.add(Endpoint.post("/logout", Action.MANAGE_OWN_LOGIN, this::logout));
    pages.add(Endpoint.get("/password", Action.MANAGE_OWN_LOGIN, this::passwordForm));
    pages.add(Endpoint.post("/password", Action.MANAGE_OWN_LOGIN, this::changePassword));
    pages.forEach(page -> all.add(page.telling(this::failure)));
    return all;
  }

  // Not logged in, or no longer: perhaps the refresh token, which only that path gets, still is.
  private Answer failure(HttpFailure failure) {
    return failure.status() == 401 ? Answer.seeOther(REFRESH) : frame.failure(failure);
  }

  private Answer loginForm(Call call) {
    return isLoggedIn(call) ? Answer.seeOther("/") : loginPage(call, 200, "", "");
  }

  private boolean isLoggedIn(Call call) {
    Optional<String> token = call.accessToken();
    if (token.isEmpty()) {
      return false;
    }
    try {
      Session _ = sessions.authenticate(token.get());
      return true;
    } catch (ControllerException e) {
      if (e.kind() == ControllerException.Kind.UNAUTHENTICATED) {
        return false;
      }
      throw e;
    }
  }

  private Answer loginPage(Call call, int status, String username, String problem) {
    String nonce = nonce(call).orElseGet(frame.csrf()::nonce);
    String page =
        frame.templates().render(new LoginPage(frame.csrf().loginMark(nonce), username, problem));
    return Answer.html(status, page).with("Set-Cookie", Cookies.loginForm(nonce));
  }

  // One that we did not make is none: anybody could get the mark that belongs to an empty one.
  private static Optional<String> nonce(Call call) {
    return call.cookie(Cookies.LOGIN_FORM).filter(Csrf::isNonce);
  }

  private Answer login(Call call) {
    Form form = call.form();
    String username = form.field("username");
    try {
      String nonce = nonce(call).orElseThrow(Csrf::notOurs);
      Csrf.require(frame.csrf().loginMark(nonce), form.field("csrf"));
      Login login = sessions.login(username, form.field("password"), call.source());
      boolean first = login.session().user().mustChangePassword();
      return Answer.seeOther(first ? "/password" : "/").withCookies(frame.cookies().of(login));
    } catch (ControllerException e) {
      return refused(call, username, HttpFailure.of(e));
    } catch (HttpFailure e) {
      return refused(call, username, e);
    }
  }

  private Answer refused(Call call, String username, HttpFailure why) {
    String problem = PageFrame.sentence(why);
    return loginPage(call, why.status(), username, problem).withAll(why.headers());
  }

  private Answer refresh(Call call) {
    String token = call.cookie(Cookies.REFRESH).orElse("");
    if (token.isEmpty()) {
      return Answer.seeOther("/login");
    }
    try {
      Login login = pageSessions.refresh(token, call.source());
      return Answer.seeOther("/").withCookies(frame.cookies().of(login));
    } catch (ControllerException e) {
      if (e.kind() == ControllerException.Kind.UNAUTHENTICATED) {
        return Answer.seeOther("/login").withCookies(Cookies.cleared());
      }
      throw e;
    }
  }

  private Answer logout(Call call) {
    frame.requireOurs(call.session(), call.form());
    Answer answer =
        sessions
            .logout(call.session())
            .map(open -> frame.message("Logged out", "Still open: " + open.text() + "."))
            .orElse(Answer.seeOther("/login"));
    return answer.withCookies(Cookies.cleared());
  }

  private Answer passwordForm(Call call) {
    return passwordPage(call.session(), 200, "");
  }

  private Answer passwordPage(Session session, int status, String problem) {
    boolean first = session.user().mustChangePassword();
    return Answer.html(
        status, frame.templates().render(new PasswordPage(frame.visitor(session), first, problem)));
  }

  private Answer changePassword(Call call) {
    Form form = call.form();
    Session session = call.session();
    frame.requireOurs(session, form);
    String wanted = form.field("new_password");
    if (!wanted.equals(form.field("new_password_again"))) {
      return passwordPage(session, 400, "The two new passwords differ.");
    }
    try {
      accounts.changeOwnPassword(session, form.field("old_password"), wanted);
      return Answer.seeOther("/");
    } catch (ControllerException e) {
      HttpFailure why = HttpFailure.of(e);
      if (why.isRecorded()) {
        throw why;
      }
      return passwordPage(session, why.status(), PageFrame.sentence(why)).withAll(why.headers());
    }
  }
}
