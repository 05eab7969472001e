package io.aegis.server.identity;

import com.google.inject.Inject;
import io.aegis.api.IpAddress;
import io.aegis.server.identity.UserStore.Credentials;
import io.aegis.server.store.Database;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Hashes passwords, and says whether somebody knows one, slowly for those who guess. Safe for any
 * number of threads; blocks while others are checked.
 */
final class PasswordCheck {

  /** Longer than any name or password that can be set: wrong without a look. */
  private static final int LONGEST_TYPED = 1024;

  private final Database database;
  private final Hashing hashing;
  private final Backoff backoff;
  private final UserStore users = new UserStore();

  @Inject
  PasswordCheck(Database database, Hashing hashing, Backoff backoff) {
    this.database = database;
    this.hashing = hashing;
    this.backoff = backoff;
  }

  /** Returns the hash of a new password. */
  String hash(String password) {
    return hashing.hash(password);
  }

  /**
   * Returns how many checks for an address were refused without a look since this was last asked.
   */
  long takeUnlooked(IpAddress source) {
    return backoff.takeUnlooked(source);
  }

  /**
   * Returns the user if name and password are right, disabled or not. An unknown name costs as much
   * time as a wrong password.
   *
   * @throws ControllerException {@code LOCKED_OUT} or {@code UNAVAILABLE}: nothing was looked at
   */
  Optional<Credentials> check(String username, String password, IpAddress source) {
    if (username.length() > LONGEST_TYPED || password.length() > LONGEST_TYPED) {
      backoff.requireOpen(source);
      backoff.failed(source);
      return Optional.empty();
    }
    String account = Naming.key(username);
    backoff.requireOpen(account, source);
    Optional<Credentials> known = database.read(tx -> users.credentials(tx, username));
    @Nullable String hash = known.map(Credentials::passwordHash).orElse(null);
    // Asked again when its turn comes: what waited together must not all be looked at.
    if (hashing.matches(password, hash, () -> backoff.requireOpen(account, source))) {
      backoff.succeeded(account);
      return known;
    }
    backoff.failed(account, source);
    return Optional.empty();
  }
}
