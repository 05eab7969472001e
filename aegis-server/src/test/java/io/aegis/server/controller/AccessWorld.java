package io.aegis.server.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.api.IpAddress;
import io.aegis.server.controller.FakeGateways.Mood;
import io.aegis.server.identity.Affected;
import io.aegis.server.identity.ControllerException;
import io.aegis.server.identity.Role;
import io.aegis.server.identity.Session;
import io.aegis.server.identity.User;
import io.aegis.server.sync.DesiredGrant;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A controller beside a model of it: plain sets that say who has what, and which activations must
 * therefore be in force. The model knows nothing of the policy engine or the database.
 */
final class AccessWorld implements AutoCloseable {
  static final int USERS = 3;
  static final int SERVICES = 3;
  static final List<IpAddress> SOURCES =
      List.of(TestController.LAPTOP, TestController.PHONE, TestController.LAPTOP_V6);

  /** What is open: whose login, which service, from where. */
  record Open(long userId, long serviceId, IpAddress source) {}

  private record Facts(long sessionId, int port, Instant hardExpiry) {}

  /** Someone of the cast, as the model knows them. */
  private static final class Person {
    final String name;
    User user;
    @Nullable Session session;
    boolean active = true;
    long roleId = Role.USER_ID;
    final Set<Long> extras = new HashSet<>();

    Person(String name, User user) {
      this.name = name;
      this.user = user;
    }
  }

  /** A service of the cast; all listen on one address for each family. */
  private static final class Thing {
    final String name;
    CatalogService service;

    Thing(String name, CatalogService service) {
      this.name = name;
      this.service = service;
    }
  }

  final TestController controller;
  private Session root;
  private final List<Role> roles = new ArrayList<>();
  private final List<Person> people = new ArrayList<>();
  private final List<Thing> things = new ArrayList<>();
  private final Map<Long, Set<Long>> roleServices = new HashMap<>();
  private final Map<Open, Facts> open = new HashMap<>();
  private final Set<String> away = new HashSet<>();
  private int opened;

  AccessWorld(Path directory) {
    controller = TestController.start(directory);
    controller.gateways.add("edge6", "fd77:2::/64");
    root = controller.root();
    roles.add(controller.accounts().roles().get((int) Role.USER_ID - 1));
    roles.add(controller.accounts().createRole(root, "staff", ""));
    for (int i = 0; i < USERS; i++) {
      String name = "user" + (char) ('a' + i);
      people.add(new Person(name, make(name)));
    }
    for (int i = 0; i < SERVICES; i++) {
      things.add(new Thing("service" + i, make("service" + i, 1000 + i, i == 2)));
      giveToRole(0, i);
    }
    for (int i = 0; i < USERS; i++) {
      login(i);
    }
  }

  private User make(String name) {
    return controller.accounts().createUser(root, name, TestController.PASSWORD, Role.USER_ID);
  }

  private CatalogService make(String name, int port, boolean v6) {
    return controller.catalog().create(root, spec(name, port, v6));
  }

  private static ServiceSpec spec(String name, int port, boolean v6) {
    String host = v6 ? "[fd77:2::7]:" : "10.77.2.7:";
    return new ServiceSpec(
        name, host + port, "", io.aegis.api.Protocol.TCP, null, Duration.ofHours(8));
  }

  private Person person(int i) {
    return people.get(i % USERS);
  }

  private Thing thing(int i) {
    return things.get(i % SERVICES);
  }

  private Role role(int i) {
    return roles.get(i % roles.size());
  }

  // What can happen. Each does it to the controller and to the model.

  void login(int who) {
    Person person = person(who);
    if (person.active) {
      person.session = controller.session(person.name);
    }
  }

  void logout(int who) {
    Session session = person(who).session;
    if (session != null) {
      controller.sessions().logout(session);
      person(who).session = null;
      open.values().removeIf(each -> each.sessionId() == session.id());
    }
  }

  /** Asks, and checks that the answer is the model's. */
  void activate(int who, int what, int from) {
    Person person = person(who);
    if (person.session == null) {
      login(who);
    }
    Session session = person.session;
    if (session == null) {
      return;
    }
    Thing thing = thing(what);
    var wish = new Open(person.user.id(), thing.service.id(), SOURCES.get(from % SOURCES.size()));
    boolean expected = mayOpen(person, session, thing, wish);
    boolean opened = tryToActivate(session, wish);
    if (opened != expected) {
      throw new AssertionError(wish + " was " + (opened ? "opened" : "refused"));
    }
    if (!opened) {
      open.remove(wish); // what nobody could confirm again is withdrawn
    } else {
      this.opened++;
      Instant byLimit = controller.clock.instant().plus(Duration.ofHours(8));
      Instant hard = byLimit.isBefore(session.endsAt()) ? byLimit : session.endsAt();
      Facts before = open.get(wish);
      Instant hardExpiry = before == null ? hard : before.hardExpiry();
      open.put(wish, new Facts(session.id(), thing.service.port(), hardExpiry));
    }
  }

  private boolean tryToActivate(Session session, Open wish) {
    try {
      controller.activations().activate(session, wish.serviceId(), wish.source());
      return true;
    } catch (ControllerException e) {
      return false;
    }
  }

  private boolean mayOpen(Person person, Session session, Thing thing, Open wish) {
    boolean sameFamily = thing.service.ip().family() == wish.source().family();
    boolean heldByOther =
        inForce().stream()
            .anyMatch(each ->
                each.serviceId() == wish.serviceId()
                    && each.source().equals(wish.source())
                    && each.userId() != wish.userId());
    String gateway = thing.service.ip().family().bits() == 32 ? "edge" : "edge6";
    boolean answered = !away.contains(gateway);
    return isLive(session) && has(person, thing) && sameFamily && !heldByOther && answered;
  }

  private boolean isLive(Session session) {
    return session.endsAt().isAfter(controller.clock.instant());
  }

  private boolean has(Person person, Thing thing) {
    long id = thing.service.id();
    return person.active
        && (person.extras.contains(id)
            || roleServices.getOrDefault(person.roleId, Set.of()).contains(id));
  }

  void deactivate(int who, int what) {
    Person person = person(who);
    Session session = person.session;
    long serviceId = thing(what).service.id();
    if (session == null || !isLive(session)) {
      return;
    }
    try {
      controller.activations().deactivate(session, serviceId);
    } catch (ControllerException e) {
      // Not active, or a gateway is away: in both cases it is not to be in force from now on.
    }
    open.keySet()
        .removeIf(each -> each.userId() == person.user.id() && each.serviceId() == serviceId);
  }

  // A gateway that is away is named, and the edit is made all the same.
  private static void edit(Runnable change) {
    try {
      change.run();
    } catch (ControllerException e) {
      if (e.closesBy().isEmpty()) {
        throw e;
      }
    }
  }

  private void update(Thing thing, ServiceSpec spec) {
    long id = thing.service.id();
    edit(() -> controller.catalog().update(root, id, spec));
    thing.service =
        controller.catalog().services().stream()
            .filter(each -> each.id() == id)
            .findAny()
            .orElseThrow();
  }

  void giveToRole(int role, int what) {
    long serviceId = thing(what).service.id();
    edit(() -> controller.catalog().addRoleService(root, role(role).id(), serviceId));
    roleServices.computeIfAbsent(role(role).id(), _ -> new HashSet<>()).add(serviceId);
  }

  void takeFromRole(int role, int what) {
    long serviceId = thing(what).service.id();
    edit(() -> controller.catalog().removeRoleService(root, role(role).id(), serviceId));
    roleServices.getOrDefault(role(role).id(), new HashSet<>()).remove(serviceId);
  }

  void giveToUser(int who, int what) {
    edit(() ->
        controller.catalog().addUserService(root, person(who).user.id(), thing(what).service.id()));
    person(who).extras.add(thing(what).service.id());
  }

  void takeFromUser(int who, int what) {
    edit(() ->
        controller
            .catalog()
            .removeUserService(root, person(who).user.id(), thing(what).service.id()));
    person(who).extras.remove(thing(what).service.id());
  }

  void setRole(int who, int role) {
    edit(() -> controller.accounts().setRole(root, person(who).user.id(), role(role).id()));
    person(who).roleId = role(role).id();
  }

  void setActive(int who, boolean active) {
    edit(() -> controller.accounts().setActive(root, person(who).user.id(), active));
    person(who).active = active;
    if (!active) {
      forgetSessions(person(who));
    }
  }

  void resetPassword(int who) {
    edit(() ->
        controller.accounts().resetPassword(root, person(who).user.id(), TestController.PASSWORD));
    forgetSessions(person(who));
  }

  private void forgetSessions(Person person) {
    person.session = null;
    open.keySet().removeIf(each -> each.userId() == person.user.id());
  }

  void replaceUser(int who) {
    Person person = person(who);
    edit(() -> controller.accounts().deleteUser(root, person.user.id()));
    forgetSessions(person);
    person.user = make(person.name);
    person.active = true;
    person.roleId = Role.USER_ID;
    person.extras.clear();
  }

  void describe(int what) {
    Thing thing = thing(what);
    ServiceSpec spec = thing.service.spec();
    var described =
        new ServiceSpec(
            spec.name(), spec.hostname(), "again", spec.protocol(), null, spec.hardLimit());
    update(thing, described);
  }

  void move(int what, int port) {
    Thing thing = thing(what);
    ServiceSpec moved = spec(thing.name, 1000 + port % 5, what % SERVICES == 2);
    update(thing, moved);
  }

  void replaceService(int what) {
    Thing thing = thing(what);
    long old = thing.service.id();
    edit(() -> controller.catalog().delete(root, old));
    people.forEach(each -> each.extras.remove(old));
    roleServices.values().forEach(each -> each.remove(old));
    thing.service = make(thing.name, thing.service.port(), what % SERVICES == 2);
  }

  void advance(int minutes) {
    controller.clock.advance(Duration.ofMinutes(minutes));
    if (!isLive(root)) {
      root = controller.root();
    }
    controller.housekeeping().run();
  }

  void loseGateway(int which) {
    String name = which % 2 == 0 ? "edge" : "edge6";
    controller.gateways.set(name, Mood.AWAY);
    away.add(name);
  }

  void gatewaysReturn() {
    away.clear();
    controller.gateways.reconnect("edge", controller.desired().snapshot());
    controller.gateways.reconnect("edge6", controller.desired().snapshot());
  }

  /** Forgets what the model no longer permits, and returns what must be in force. */
  private Set<Open> inForce() {
    open.entrySet().removeIf(each -> !isPermitted(each.getKey(), each.getValue()));
    return Set.copyOf(open.keySet());
  }

  private boolean isPermitted(Open wish, Facts facts) {
    return facts.hardExpiry().isAfter(controller.clock.instant())
        && people.stream()
            .filter(person -> person.user.id() == wish.userId())
            .anyMatch(person ->
                things.stream()
                    .filter(thing -> thing.service.id() == wish.serviceId())
                    .filter(thing -> thing.service.port() == facts.port())
                    .anyMatch(thing -> has(person, thing)));
  }

  /** How many activations succeeded so far. */
  int opened() {
    return opened;
  }

  /** Compares the model with the database, and the database with the gateways that are there. */
  void check() {
    var store = new ActivationStore();
    List<Held> held =
        controller.database().read(tx -> store.affected(tx, new Affected.Everything()));
    assertThat(held)
        .extracting(each -> new Open(each.userId(), each.serviceId(), each.source()))
        .containsExactlyInAnyOrderElementsOf(inForce());
    List<Grant> desired =
        controller.desired().snapshot().grants().stream().map(DesiredGrant::grant).toList();
    assertThat(held.stream().flatMap(each -> each.grants().stream()).map(DesiredGrant::grant))
        .containsExactlyInAnyOrderElementsOf(desired);
    for (String gateway : List.of("edge", "edge6")) {
      if (!away.contains(gateway)) {
        assertThat(controller.gateways.enforced(gateway))
            .containsExactlyInAnyOrderElementsOf(
                desired.stream()
                    .filter(
                        grant -> (grant.client().family().bits() == 32) == gateway.equals("edge"))
                    .toList());
      }
    }
  }

  @Override
  public void close() {
    controller.close();
  }
}
