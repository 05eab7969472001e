package io.aegis.server.identity;

import com.google.inject.Inject;
import io.aegis.server.audit.AuditLog;
import io.aegis.server.audit.AuditRecord;
import io.aegis.server.audit.AuditRecord.Actor;
import io.aegis.server.audit.AuditRecord.Result;
import io.aegis.server.identity.ControllerException.Kind;
import io.aegis.server.store.Database;
import io.aegis.server.store.Transaction;
import java.time.InstantSource;
import java.util.Optional;

/** Makes the user root in a database that has no user. Used by one thread. */
public final class FirstStart {
  private static final String NAME = "root";

  private final Database database;
  private final AuditLog audit;
  private final Hashing hashing;
  private final InstantSource clock;
  private final UserStore users = new UserStore();
  private final Tokens tokens = new Tokens();

  @Inject
  FirstStart(Database database, AuditLog audit, Hashing hashing, InstantSource clock) {
    this.database = database;
    this.audit = audit;
    this.hashing = hashing;
    this.clock = clock;
  }

  /**
   * Makes root with a password that is shown this once, if there is no user yet. Root can work with
   * it and is asked to change it.
   *
   * <p>While nobody has logged in as root, a later start gives it another such password: the first
   * may have been lost with the process that was to show it.
   *
   * @return the password, to be shown to the operator and forgotten; empty if root was used or is
   *     not the only user
   */
  public Optional<String> createRoot() {
    if (!isDue()) {
      return Optional.empty();
    }
    String password = tokens.password();
    String hash = hashing.hash(password);
    return database.<Optional<String>>write(tx -> {
      if (isInUse(tx)) {
        return Optional.empty();
      }
      if (users.byId(tx, User.ROOT_ID).isPresent()) {
        users.setPassword(tx, User.ROOT_ID, hash, true);
        record(tx, "user.reset-password", "the first initial password was never used");
      } else {
        add(tx, hash);
        record(tx, "user.create", "first start");
      }
      return Optional.of(password);
    });
  }

  /**
   * Returns whether {@link #createRoot} has a password to tell.
   *
   * @return true until somebody has logged in as root, or another user was made
   */
  public boolean isDue() {
    return !database.<Boolean>read(this::isInUse);
  }

  private boolean isInUse(Transaction tx) {
    return users.all(tx).stream()
        .anyMatch(user ->
            user.id() != User.ROOT_ID
                || !user.mustChangePassword()
                || users.hasLoggedIn(tx, user.id()));
  }

  private void add(Transaction tx, String hash) {
    User root = users.add(tx, NAME, hash, Role.ROOT_ID, true, clock.instant());
    if (root.id() != User.ROOT_ID) {
      throw new ControllerException(
          Kind.CONFLICT, "the database once had users and has none now: restore it from a backup");
    }
  }

  private void record(Transaction tx, String action, String detail) {
    audit.append(
        tx,
        new AuditRecord(
            clock.instant(), Actor.CONTROLLER, action, "user " + NAME, Result.DONE, detail));
  }
}
