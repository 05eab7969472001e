package io.aegis.server.identity;

import com.google.inject.Inject;
import io.aegis.api.IpAddress;
import io.aegis.server.audit.AuditLog;
import io.aegis.server.audit.AuditRecord;
import io.aegis.server.audit.AuditRecord.Actor;
import io.aegis.server.audit.AuditRecord.Result;
import io.aegis.server.identity.ControllerException.Kind;
import io.aegis.server.identity.SessionStore.RefreshToken;
import io.aegis.server.identity.SessionStore.TokenKind;
import io.aegis.server.identity.UserStore.Credentials;
import io.aegis.server.store.Database;
import io.aegis.server.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Sessions in the database. A session is a family of tokens: every refresh adds a pair, and ending
 * it ends them all.
 */
final class StoredSessions implements Sessions {
  private static final int LONGEST_TYPED = 1024;

  private final Database database;
  private final AuditLog audit;
  private final PasswordCheck check;
  private final IdentityConfig config;
  private final InstantSource clock;
  private final UserStore users = new UserStore();
  private final SessionStore sessions = new SessionStore();
  private final SessionEnd ending;
  private final Tokens tokens = new Tokens();

  @Inject
  StoredSessions(
      Database database,
      AuditLog audit,
      PasswordCheck check,
      IdentityConfig config,
      InstantSource clock,
      AccessInputs inputs) {
    this.database = database;
    this.audit = audit;
    this.check = check;
    this.config = config;
    this.clock = clock;
    this.ending = new SessionEnd(sessions, inputs);
  }

  @Override
  public Login login(String username, String password, IpAddress source) {
    Credentials known =
        check
            .check(username, password, source)
            .orElseThrow(() -> refused(username, source, "wrong username or password", wrong()));
    if (!known.user().isActive()) {
      throw refused(
          username,
          source,
          "the user is disabled",
          new ControllerException(Kind.FORBIDDEN, "this user is disabled: ask an administrator"));
    }
    return database.write(tx -> begin(tx, known, source));
  }

  private static ControllerException wrong() {
    return new ControllerException(Kind.UNAUTHENTICATED, "wrong username or password");
  }

  private ControllerException refused(
      String username, IpAddress source, String why, ControllerException refusal) {
    String shown = username.length() <= 64 ? username : username.substring(0, 64);
    var actor = new Actor(null, shown.replaceAll("\\p{C}", "?"), source);
    String detail = why + unlooked(source);
    record(new AuditRecord(clock.instant(), actor, "session.login", "", Result.REFUSED, detail));
    return refusal;
  }

  /** What the address was refused without a look, and so without a record of its own. */
  private String unlooked(IpAddress source) {
    long attempts = check.takeUnlooked(source);
    return attempts == 0
        ? ""
        : "; before it, " + attempts + " attempts from this address were refused without a look";
  }

  private void record(AuditRecord record) {
    database.<Boolean>write(tx -> {
      audit.append(tx, record);
      return true;
    });
  }

  /** User and password may have changed while the password was checked. */
  private Login begin(Transaction tx, Credentials checked, IpAddress source) {
    User user = checked.user();
    Credentials now = users.credentials(tx, user.username()).orElseThrow(StoredSessions::wrong);
    if (!now.equals(checked)) {
      throw wrong();
    }
    Instant start = clock.instant();
    users.loggedIn(tx, user.id(), start);
    long id = sessions.add(tx, user.id(), source, start, start.plus(config.sessionTtl()));
    audit.append(
        tx,
        new AuditRecord(
            start,
            new Actor(user.id(), user.username(), source),
            "session.login",
            "session " + id,
            Result.DONE,
            ""));
    return issue(tx, id, start);
  }

  private Login issue(Transaction tx, long sessionId, Instant now) {
    Session session = sessions.liveById(tx, sessionId, now).orElseThrow(StoredSessions::over);
    var access = new Token(tokens.next(), earlier(now.plus(config.accessTtl()), session.endsAt()));
    var refresh = new Token(tokens.next(), session.endsAt());
    add(tx, sessionId, TokenKind.ACCESS, access);
    add(tx, sessionId, TokenKind.REFRESH, refresh);
    return new Login(session, access, refresh);
  }

  private void add(Transaction tx, long sessionId, TokenKind kind, Token token) {
    sessions.addToken(tx, sessionId, kind, Tokens.hash(token.value()), token.expiresAt());
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }

  @Override
  public Session authenticate(String accessToken) {
    if (accessToken.length() > LONGEST_TYPED) {
      throw over();
    }
    byte[] hash = Tokens.hash(accessToken);
    return database
        .read(tx -> sessions.byAccessToken(tx, hash, clock.instant()))
        .orElseThrow(StoredSessions::over);
  }

  private static ControllerException over() {
    return new ControllerException(Kind.UNAUTHENTICATED, "not logged in, or no longer: log in");
  }

  @Override
  public Login refresh(String refreshToken, IpAddress source) {
    if (refreshToken.length() > LONGEST_TYPED) {
      throw over();
    }
    byte[] hash = Tokens.hash(refreshToken);
    // Only one can write at a time: a stranger's token gets no turn at it.
    if (database.read(tx -> sessions.refreshToken(tx, hash)).isEmpty()) {
      throw over();
    }
    // A theft must be recorded and its session ended, so that transaction commits without a login.
    return database
        .<Optional<Login>>write(tx -> swap(tx, hash, source))
        .orElseThrow(StoredSessions::over);
  }

  private Optional<Login> swap(Transaction tx, byte[] hash, IpAddress source) {
    Instant now = clock.instant();
    RefreshToken token = sessions.refreshToken(tx, hash).orElseThrow(StoredSessions::over);
    Session session =
        sessions.liveById(tx, token.sessionId(), now).orElseThrow(StoredSessions::over);
    if (token.isSpent()) {
      var actor = new Actor(session.user().id(), session.user().username(), source);
      audit.append(
          tx,
          new AuditRecord(
              now,
              actor,
              "session.refresh",
              "session " + session.id(),
              Result.REFUSED,
              "a spent refresh token was shown again: two parties hold it; session ended"));
      CompletableFuture<Optional<StillOpen>> _ = ending.end(tx, List.of(session.id()));
      return Optional.empty();
    }
    if (!token.expiresAt().isAfter(now)) {
      throw over();
    }
    sessions.spend(tx, hash);
    return Optional.of(issue(tx, session.id(), now));
  }

  @Override
  public Optional<StillOpen> logout(Session session) {
    CompletableFuture<Optional<StillOpen>> closed =
        database.write(tx -> {
          audit.append(
              tx,
              new AuditRecord(
                  clock.instant(),
                  session.actor(),
                  "session.logout",
                  "session " + session.id(),
                  Result.DONE,
                  ""));
          return ending.end(tx, List.of(session.id()));
        });
    return closed.join();
  }
}
