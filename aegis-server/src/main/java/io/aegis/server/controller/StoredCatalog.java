package io.aegis.server.controller;

import com.google.inject.Inject;
import io.aegis.server.audit.AuditLog;
import io.aegis.server.audit.AuditRecord;
import io.aegis.server.audit.AuditRecord.Result;
import io.aegis.server.controller.ServiceRules.Checked;
import io.aegis.server.identity.AccessInputs;
import io.aegis.server.identity.Affected;
import io.aegis.server.identity.Authority;
import io.aegis.server.identity.Authority.Action;
import io.aegis.server.identity.ControllerException;
import io.aegis.server.identity.ControllerException.Kind;
import io.aegis.server.identity.LiveSessions;
import io.aegis.server.identity.People;
import io.aegis.server.identity.Role;
import io.aegis.server.identity.Session;
import io.aegis.server.identity.StillOpen;
import io.aegis.server.identity.User;
import io.aegis.server.store.Database;
import io.aegis.server.store.Transaction;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/** Services and assignments in the database. */
final class StoredCatalog implements Catalog {
  private final Database database;
  private final AuditLog audit;
  private final AccessInputs inputs;
  private final LiveSessions sessions;
  private final InstantSource clock;
  private final ServiceRules rules;
  private final CatalogStore services = new CatalogStore();
  private final AssignmentStore assignments = new AssignmentStore();
  private final People people = new People();

  @Inject
  StoredCatalog(
      Database database,
      AuditLog audit,
      AccessInputs inputs,
      LiveSessions sessions,
      InstantSource clock,
      NameLookup lookup) {
    this.database = database;
    this.audit = audit;
    this.inputs = inputs;
    this.sessions = sessions;
    this.clock = clock;
    this.rules = new ServiceRules(lookup);
  }

  @Override
  public List<CatalogService> services() {
    return database.read(services::all);
  }

  @Override
  public CatalogService create(Session actor, ServiceSpec spec) {
    Authority.require(actor, Action.MANAGE_SERVICES);
    Checked checked = rules.check(spec);
    return edit(
        actor,
        Action.MANAGE_SERVICES,
        (tx, live) -> {
          requireFree(tx, checked.spec().name(), 0);
          CatalogService service =
              services.add(tx, checked.spec(), checked.targets(), clock.instant());
          record(tx, live, "service.create", service.name(), service.targets().toString());
          return new Edit<>(
              service, inputs.rulesChanged(tx, new Affected.OneService(service.id())));
        });
  }

  @Override
  public CatalogService update(Session actor, long serviceId, ServiceSpec spec) {
    Authority.require(actor, Action.MANAGE_SERVICES);
    database.read(tx -> service(tx, serviceId, Kind.NOT_FOUND));
    Checked checked = rules.check(spec);
    return edit(
        actor,
        Action.MANAGE_SERVICES,
        (tx, live) -> {
          service(tx, serviceId, Kind.NOT_FOUND);
          requireFree(tx, checked.spec().name(), serviceId);
          services.update(tx, serviceId, checked.spec(), checked.targets());
          CatalogService service = service(tx, serviceId, Kind.NOT_FOUND);
          record(tx, live, "service.update", service.name(), service.targets().toString());
          return new Edit<>(service, inputs.rulesChanged(tx, new Affected.OneService(serviceId)));
        });
  }

  private void requireFree(Transaction tx, String name, long except) {
    if (services.idOf(tx, name).filter(id -> id != except).isPresent()) {
      throw new ControllerException(Kind.CONFLICT, "there is a service named " + name);
    }
  }

  @Override
  public void delete(Session actor, long serviceId) {
    edit(
        actor,
        Action.MANAGE_SERVICES,
        (tx, live) -> {
          CatalogService service = service(tx, serviceId, Kind.NOT_FOUND);
          services.delete(tx, serviceId);
          record(tx, live, "service.delete", service.name(), "");
          return new Edit<>(true, inputs.rulesChanged(tx, new Affected.OneService(serviceId)));
        });
  }

  @Override
  public List<CatalogService> roleServices(long roleId) {
    return database.read(tx -> services.ofRole(tx, people.role(tx, roleId).id()));
  }

  @Override
  public void addRoleService(Session actor, long roleId, long serviceId) {
    edit(
        actor,
        Action.MANAGE_ROLE_SERVICES,
        (tx, live) -> {
          Role role = people.role(tx, roleId);
          CatalogService service = service(tx, serviceId, Kind.INVALID);
          assignments.addToRole(tx, roleId, serviceId);
          record(tx, live, "role.add-service", service.name(), "role " + role.name());
          return new Edit<>(true, inputs.rulesChanged(tx, new Affected.OneRole(roleId)));
        });
  }

  @Override
  public void removeRoleService(Session actor, long roleId, long serviceId) {
    edit(
        actor,
        Action.MANAGE_ROLE_SERVICES,
        (tx, live) -> {
          Role role = people.role(tx, roleId);
          assignments.removeFromRole(tx, roleId, serviceId);
          record(tx, live, "role.remove-service", "" + serviceId, "role " + role.name());
          return new Edit<>(true, inputs.rulesChanged(tx, new Affected.OneRole(roleId)));
        });
  }

  @Override
  public List<CatalogService> userServices(long userId) {
    return database.read(tx -> services.ofUser(tx, people.user(tx, userId).id()));
  }

  @Override
  public void addUserService(Session actor, long userId, long serviceId) {
    edit(
        actor,
        Action.MANAGE_USERS,
        (tx, live) -> {
          User user = people.user(tx, userId);
          Authority.requireOver(live, user);
          CatalogService service = service(tx, serviceId, Kind.INVALID);
          assignments.addToUser(tx, userId, serviceId);
          record(tx, live, "user.add-service", service.name(), "user " + user.username());
          return new Edit<>(true, inputs.rulesChanged(tx, new Affected.OneUser(userId)));
        });
  }

  @Override
  public void removeUserService(Session actor, long userId, long serviceId) {
    edit(
        actor,
        Action.MANAGE_USERS,
        (tx, live) -> {
          User user = people.user(tx, userId);
          Authority.requireOver(live, user);
          assignments.removeFromUser(tx, userId, serviceId);
          record(tx, live, "user.remove-service", "" + serviceId, "user " + user.username());
          return new Edit<>(true, inputs.rulesChanged(tx, new Affected.OneUser(userId)));
        });
  }

  /** What an edit returns, and what has to be waited for before it is answered. */
  private record Edit<T>(T result, CompletableFuture<Optional<StillOpen>> closed) {}

  private <T> T edit(Session actor, Action action, BiFunction<Transaction, Session, Edit<T>> work) {
    Authority.require(actor, action);
    Edit<T> edit = database.write(tx -> work.apply(tx, sessions.require(tx, actor, action)));
    Optional<StillOpen> open = edit.closed().join();
    if (open.isPresent()) {
      throw open.get().afterAll("recorded");
    }
    return edit.result();
  }

  private CatalogService service(Transaction tx, long id, Kind ifAbsent) {
    return services
        .byId(tx, id)
        .orElseThrow(() -> new ControllerException(ifAbsent, "there is no service " + id));
  }

  private void record(Transaction tx, Session actor, String action, String service, String detail) {
    audit.append(
        tx,
        new AuditRecord(
            clock.instant(), actor.actor(), action, "service " + service, Result.DONE, detail));
  }
}
