package io.aegis.server.identity;

import com.google.inject.Inject;
import io.aegis.server.audit.AuditLog;
import io.aegis.server.audit.AuditRecord;
import io.aegis.server.audit.AuditRecord.Result;
import io.aegis.server.identity.Authority.Action;
import io.aegis.server.identity.ControllerException.Kind;
import io.aegis.server.store.Database;
import io.aegis.server.store.Transaction;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Users and roles in the database. */
final class StoredAccounts implements Accounts {
  private static final CompletableFuture<Optional<StillOpen>> NOTHING_TO_CLOSE =
      CompletableFuture.completedFuture(Optional.empty());

  private final Database database;
  private final AuditLog audit;
  private final PasswordCheck passwords;
  private final LiveSessions live;
  private final AccessInputs inputs;
  private final InstantSource clock;
  private final UserStore users = new UserStore();
  private final RoleStore roles = new RoleStore();
  private final SessionStore sessions = new SessionStore();
  private final SessionEnd ending;
  private final PasswordRules rules = new PasswordRules();

  @Inject
  StoredAccounts(
      Database database,
      AuditLog audit,
      PasswordCheck passwords,
      LiveSessions live,
      AccessInputs inputs,
      InstantSource clock) {
    this.database = database;
    this.audit = audit;
    this.passwords = passwords;
    this.live = live;
    this.inputs = inputs;
    this.clock = clock;
    this.ending = new SessionEnd(sessions, inputs);
  }

  @Override
  public List<Role> roles() {
    return database.read(roles::all);
  }

  @Override
  public Role createRole(Session actor, String name, String description) {
    Authority.require(actor, Action.MANAGE_ROLES);
    String kept = Naming.name("a role", name);
    String about = Naming.description(description);
    return database.write(tx -> {
      Session root = live.require(tx, actor, Action.MANAGE_ROLES);
      if (roles.isTaken(tx, kept)) {
        throw new ControllerException(Kind.CONFLICT, "there is a role named " + kept);
      }
      record(tx, root, "role.create", "role " + kept, "");
      return roles.add(tx, kept, about, clock.instant());
    });
  }

  @Override
  public void deleteRole(Session actor, long roleId) {
    edit(
        actor,
        Action.MANAGE_ROLES,
        (tx, admin) -> {
          Role role = role(tx, roleId, Kind.NOT_FOUND);
          if (role.builtIn()) {
            throw new ControllerException(Kind.CONFLICT, "role " + role.name() + " is built in");
          }
          if (users.anyHasRole(tx, roleId)) {
            throw new ControllerException(
                Kind.CONFLICT, "role " + role.name() + " is in use: give its users another first");
          }
          roles.delete(tx, roleId);
          record(tx, admin, "role.delete", "role " + role.name(), "");
          return inputs.rulesChanged(tx, new Affected.OneRole(roleId));
        });
  }

  @Override
  public List<User> users() {
    return database.read(users::all);
  }

  @Override
  public User createUser(Session actor, String username, String password, long roleId) {
    Authority.require(actor, Action.MANAGE_USERS);
    Authority.requireMayGive(actor, roleId);
    String name = Naming.username(username);
    rules.require(password, name);
    database.<Boolean>read(tx -> requireFree(tx, name, roleId)); // before the expensive hash
    String hash = passwords.hash(password);
    return database.write(tx -> {
      Session admin = live.require(tx, actor, Action.MANAGE_USERS);
      Authority.requireMayGive(admin, roleId);
      requireFree(tx, name, roleId);
      record(tx, admin, "user.create", "user " + name, "role " + roleId);
      return users.add(tx, name, hash, roleId, true, clock.instant());
    });
  }

  private boolean requireFree(Transaction tx, String username, long roleId) {
    role(tx, roleId, Kind.INVALID);
    if (users.isTaken(tx, username)) {
      throw new ControllerException(Kind.CONFLICT, "there is a user named " + username);
    }
    return true;
  }

  @Override
  public void deleteUser(Session actor, long userId) {
    edit(
        actor,
        Action.MANAGE_USERS,
        (tx, admin) -> {
          User user = userUnder(tx, admin, userId);
          users.delete(tx, userId);
          record(tx, admin, "user.delete", "user " + user.username(), "");
          return inputs.rulesChanged(tx, new Affected.OneUser(userId));
        });
  }

  @Override
  public void setRole(Session actor, long userId, long roleId) {
    edit(
        actor,
        Action.MANAGE_USERS,
        (tx, admin) -> {
          User user = userUnder(tx, admin, userId);
          Role role = role(tx, roleId, Kind.INVALID);
          Authority.requireMayGive(admin, roleId);
          users.setRole(tx, userId, roleId);
          record(tx, admin, "user.role", "user " + user.username(), "role " + role.name());
          return inputs.peopleChanged(tx, new Affected.OneUser(userId));
        });
  }

  @Override
  public void setActive(Session actor, long userId, boolean active) {
    edit(
        actor,
        Action.MANAGE_USERS,
        (tx, admin) -> {
          User user = userUnder(tx, admin, userId);
          users.setActive(tx, userId, active);
          String action = active ? "user.enable" : "user.disable";
          record(tx, admin, action, "user " + user.username(), "");
          return active ? NOTHING_TO_CLOSE : ending.end(tx, sessions.idsOfUser(tx, userId));
        });
  }

  @Override
  public void resetPassword(Session actor, long userId, String password) {
    Authority.require(actor, Action.MANAGE_USERS);
    User before = database.read(tx -> userUnder(tx, actor, userId));
    rules.require(password, before.username());
    String hash = passwords.hash(password);
    edit(
        actor,
        Action.MANAGE_USERS,
        (tx, admin) -> {
          User user = userUnder(tx, admin, userId);
          users.setPassword(tx, userId, hash, true);
          record(tx, admin, "user.reset-password", "user " + user.username(), "");
          return ending.end(tx, sessions.idsOfUser(tx, userId));
        });
  }

  @Override
  public void changeOwnPassword(Session session, String oldPassword, String newPassword) {
    String username = session.user().username();
    database.<Boolean>read(tx -> requireOwnPassword(tx, username));
    var checked =
        passwords
            .check(username, oldPassword, session.loginSource())
            .orElseThrow(
                () -> new ControllerException(Kind.UNAUTHENTICATED, "the old password is wrong"));
    rules.require(newPassword, username);
    String hash = passwords.hash(newPassword);
    edit(
        session,
        Action.MANAGE_OWN_LOGIN,
        (tx, own) -> {
          if (!users.credentials(tx, username).filter(checked::equals).isPresent()) {
            throw new ControllerException(Kind.UNAUTHENTICATED, "the old password is wrong");
          }
          users.setPassword(tx, session.user().id(), hash, false);
          record(tx, own, "user.change-password", "user " + username, "");
          List<Long> others = sessions.idsOfUser(tx, session.user().id());
          others.removeIf(id -> id == session.id());
          return ending.end(tx, others);
        });
  }

  private boolean requireOwnPassword(Transaction tx, String username) {
    users
        .credentials(tx, username)
        .filter(each -> each.passwordHash() == null)
        .ifPresent(_ -> {
          throw new ControllerException(
              Kind.FORBIDDEN, "this user's password is kept by another system: change it there");
        });
    return true;
  }

  /** An edit by somebody who may make it at that moment; returns what has to be waited for. */
  private interface Work {
    CompletableFuture<Optional<StillOpen>> apply(Transaction tx, Session live);
  }

  /**
   * Commits an edit, then waits outside the transaction until what it closes is closed.
   *
   * @throws ControllerException {@code UNAVAILABLE} if something is still open; it is recorded
   */
  private void edit(Session actor, Action action, Work work) {
    Authority.require(actor, action);
    CompletableFuture<Optional<StillOpen>> closed =
        database.write(tx -> work.apply(tx, live.require(tx, actor, action)));
    Optional<StillOpen> open = closed.join();
    if (open.isPresent()) {
      throw open.get().afterAll("recorded");
    }
  }

  private User userUnder(Transaction tx, Session actor, long userId) {
    User user =
        users
            .byId(tx, userId)
            .orElseThrow(
                () -> new ControllerException(Kind.NOT_FOUND, "there is no user " + userId));
    Authority.requireOver(actor, user);
    return user;
  }

  private Role role(Transaction tx, long roleId, Kind ifAbsent) {
    return roles
        .byId(tx, roleId)
        .orElseThrow(() -> new ControllerException(ifAbsent, "there is no role " + roleId));
  }

  private void record(Transaction tx, Session actor, String action, String object, String detail) {
    audit.append(
        tx, new AuditRecord(clock.instant(), actor.actor(), action, object, Result.DONE, detail));
  }
}
