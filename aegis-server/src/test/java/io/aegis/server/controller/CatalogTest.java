package io.aegis.server.controller;

import static io.aegis.server.controller.TestController.LAPTOP;
import static io.aegis.server.controller.TestController.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.server.identity.ControllerException;
import io.aegis.server.identity.ControllerException.Kind;
import io.aegis.server.identity.Role;
import io.aegis.server.identity.Session;
import io.aegis.server.identity.User;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services, roles, users and who has what: what is taken, what is refused, what stays open. */
final class CatalogTest {
  @TempDir private Path directory;
  private TestController controller;
  private Session root;
  private Session alice;
  private CatalogService web;

  @BeforeEach
  void start() {
    controller = TestController.start(directory);
    root = controller.root();
    web = controller.catalog().create(root, ServiceSpec.tcp("web", "10.77.2.7:443", "the web"));
    controller.catalog().addRoleService(root, Role.USER_ID, web.id());
    controller.accounts().createUser(root, "alice", PASSWORD, Role.USER_ID);
    alice = controller.session("alice");
  }

  @AfterEach
  void stop() {
    controller.close();
  }

  @Test
  void create_aService_isListedAsMade() {
    assertThat(web.ip()).isEqualTo(IpAddress.parse("10.77.2.7"));
    assertThat(web.port()).isEqualTo(443);
    assertThat(web.createdAt()).isEqualTo(controller.clock.instant());
    assertThat(controller.catalog().services()).containsExactly(web);
    assertThat(controller.catalog().roleServices(Role.USER_ID)).containsExactly(web);
  }

  @Test
  void create_aNameInUse_isAConflictWhateverItsLetterCase() {
    assertKind(
        Kind.CONFLICT,
        () -> controller.catalog().create(root, ServiceSpec.tcp("WEB", "10.77.2.8:80", "")));
  }

  @Test
  void create_withSeveralMistakes_namesThemAll() {
    var spec =
        new ServiceSpec(
            " ", "nowhere", "", Protocol.TCP, Duration.ofSeconds(1), Duration.ofSeconds(5));

    assertThatThrownBy(() -> controller.catalog().create(root, spec))
        .isInstanceOfSatisfying(
            ControllerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
        .hasMessageContaining("the name of a service has")
        .hasMessageContaining("a hard limit is 10 s to 30 days")
        .hasMessageContaining("an idle limit is 2 s to the hard limit")
        .hasMessageContaining("'nowhere' is not address:port");
  }

  @Test
  void create_withANameThatHasNoAddress_isInvalid() {
    assertThatThrownBy(() ->
            controller
                .catalog()
                .create(root, ServiceSpec.tcp("lost", "no.such.host.invalid:80", "")))
        .isInstanceOfSatisfying(
            ControllerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
        .hasMessageContaining("the name 'no.such.host.invalid' has no address");
    assertThat(controller.catalog().services()).containsExactly(web);
  }

  @Test
  void create_byAUser_isForbidden() {
    assertKind(
        Kind.FORBIDDEN,
        () -> controller.catalog().create(alice, ServiceSpec.tcp("mine", "10.77.2.9:80", "")));
  }

  @Test
  void create_byAnAdminWhoWasJustDemoted_isForbidden() {
    User carol = controller.accounts().createUser(root, "carol", PASSWORD, Role.ADMIN_ID);
    Session before = controller.session("carol");
    controller.accounts().setRole(root, carol.id(), Role.USER_ID);

    assertKind(
        Kind.FORBIDDEN,
        () -> controller.catalog().create(before, ServiceSpec.tcp("mine", "10.77.2.9:80", "")));
  }

  @Test
  void create_byASessionThatWasJustEnded_isUnauthenticated() {
    Session before = controller.root();
    controller.sessions().logout(before);

    assertKind(
        Kind.UNAUTHENTICATED,
        () -> controller.catalog().create(before, ServiceSpec.tcp("mine", "10.77.2.9:80", "")));
  }

  @Test
  void update_ofTheDescription_leavesActivationsAlone() {
    controller.activations().activate(alice, web.id(), LAPTOP);
    var before = controller.gateways.enforced("edge");

    controller
        .catalog()
        .update(root, web.id(), ServiceSpec.tcp("web2", "10.77.2.7:443", "renamed"));

    assertThat(controller.gateways.enforced("edge")).isEqualTo(before);
    assertThat(controller.activations().selected(alice))
        .singleElement()
        .satisfies(each -> assertThat(each.service().name()).isEqualTo("web2"));
  }

  @Test
  void update_ofTheAddress_closesTheOldOne() {
    controller.activations().activate(alice, web.id(), LAPTOP);

    controller.catalog().update(root, web.id(), ServiceSpec.tcp("web", "10.77.2.8:443", ""));

    assertThat(controller.gateways.enforced("edge")).isEmpty();
    assertThat(controller.activations().selected(alice)).isEmpty();
    controller.activations().activate(alice, web.id(), LAPTOP);
    assertThat(controller.gateways.enforced("edge"))
        .singleElement()
        .satisfies(grant ->
            assertThat(grant.target())
                .isEqualTo(Target.of(IpAddress.parse("10.77.2.8"), Protocol.TCP, 443)));
  }

  @Test
  void update_toAShorterLimit_closesWhatWouldLastLonger() {
    controller.activations().activate(alice, web.id(), LAPTOP);
    var shorter =
        new ServiceSpec(
            "web",
            "10.77.2.7:443",
            "",
            Protocol.TCP,
            ServiceSpec.DEFAULT_IDLE_LIMIT,
            Duration.ofMinutes(10));

    controller.catalog().update(root, web.id(), shorter);

    assertThat(controller.gateways.enforced("edge")).isEmpty();
  }

  @Test
  void update_whatIsNotThere_isNotFound() {
    assertKind(
        Kind.NOT_FOUND,
        () -> controller.catalog().update(root, 4711, ServiceSpec.tcp("x", "10.77.2.9:80", "")));
    assertKind(Kind.NOT_FOUND, () -> controller.catalog().delete(root, 4711));
    assertKind(Kind.NOT_FOUND, () -> controller.catalog().roleServices(4711));
    assertKind(Kind.NOT_FOUND, () -> controller.catalog().addRoleService(root, 4711, web.id()));
    assertKind(Kind.INVALID, () -> controller.catalog().addRoleService(root, Role.USER_ID, 4711));
    assertKind(
        Kind.INVALID, () -> controller.catalog().addUserService(root, alice.user().id(), 4711));
  }

  @Test
  void delete_aServiceInUse_closesItEverywhere() {
    controller.activations().activate(alice, web.id(), LAPTOP);

    controller.catalog().delete(root, web.id());

    assertThat(controller.gateways.enforced("edge")).isEmpty();
    assertThat(controller.activations().available(alice)).isEmpty();
    assertThat(controller.catalog().roleServices(Role.USER_ID)).isEmpty();
  }

  @Test
  void available_isTheRolesServicesAndTheExtras() {
    CatalogService db =
        controller.catalog().create(root, ServiceSpec.tcp("db", "10.77.2.8:5432", ""));
    assertThat(controller.activations().available(alice)).containsExactly(web);

    controller.catalog().addUserService(root, alice.user().id(), db.id());
    controller.catalog().addUserService(root, alice.user().id(), db.id());
    assertThat(controller.activations().available(alice)).containsExactly(web, db);
    assertThat(controller.catalog().userServices(alice.user().id())).containsExactly(db);

    controller.catalog().removeRoleService(root, Role.USER_ID, web.id());
    controller.catalog().removeRoleService(root, Role.USER_ID, web.id());
    assertThat(controller.activations().available(alice)).containsExactly(db);
  }

  @Test
  void extras_ofTheBuiltInRoot_areForbidden() {
    assertKind(
        Kind.FORBIDDEN, () -> controller.catalog().addUserService(root, User.ROOT_ID, web.id()));
  }

  @Test
  void deleteRole_builtInOrInUse_isAConflict() {
    Role staff = controller.accounts().createRole(root, "staff", "");
    controller.accounts().setRole(root, alice.user().id(), staff.id());

    assertKind(Kind.CONFLICT, () -> controller.accounts().deleteRole(root, Role.USER_ID));
    assertKind(Kind.CONFLICT, () -> controller.accounts().deleteRole(root, staff.id()));
    assertKind(Kind.CONFLICT, () -> controller.accounts().createRole(root, "Staff", ""));
    controller.accounts().setRole(root, alice.user().id(), Role.USER_ID);
    controller.accounts().deleteRole(root, staff.id());
    assertKind(Kind.NOT_FOUND, () -> controller.accounts().deleteRole(root, staff.id()));
  }

  @Test
  void users_badInput_isRefusedWithItsKind() {
    var accounts = controller.accounts();
    assertKind(Kind.CONFLICT, () -> accounts.createUser(root, "Alice", PASSWORD, Role.USER_ID));
    assertKind(Kind.INVALID, () -> accounts.createUser(root, "dave", "password", Role.USER_ID));
    assertKind(Kind.INVALID, () -> accounts.createUser(root, "dave", PASSWORD, 4711));
    assertKind(Kind.INVALID, () -> accounts.createUser(root, "da ve\n", PASSWORD, Role.USER_ID));
    assertKind(Kind.NOT_FOUND, () -> accounts.deleteUser(root, 4711));
    assertKind(Kind.NOT_FOUND, () -> accounts.setRole(root, 4711, Role.USER_ID));
    assertKind(Kind.INVALID, () -> accounts.setRole(root, alice.user().id(), 4711));
    assertKind(Kind.FORBIDDEN, () -> accounts.deleteUser(root, User.ROOT_ID));
    assertKind(Kind.FORBIDDEN, () -> accounts.setRole(root, User.ROOT_ID, Role.USER_ID));
    assertKind(Kind.FORBIDDEN, () -> accounts.setActive(root, User.ROOT_ID, false));
  }

  @Test
  void admins_cannotTouchOrMakeRootUsersNorRoles() {
    var accounts = controller.accounts();
    accounts.createUser(root, "carol", PASSWORD, Role.ADMIN_ID);
    User second = accounts.createUser(root, "root2", PASSWORD, Role.ROOT_ID);
    Session carol = controller.session("carol");

    assertKind(Kind.FORBIDDEN, () -> accounts.createUser(carol, "eve", PASSWORD, Role.ROOT_ID));
    assertKind(Kind.FORBIDDEN, () -> accounts.setRole(carol, alice.user().id(), Role.ROOT_ID));
    assertKind(Kind.FORBIDDEN, () -> accounts.setRole(carol, second.id(), Role.USER_ID));
    assertKind(Kind.FORBIDDEN, () -> accounts.deleteUser(carol, second.id()));
    assertKind(Kind.FORBIDDEN, () -> accounts.resetPassword(carol, second.id(), "Another-Horse-8"));
    assertKind(
        Kind.FORBIDDEN, () -> controller.catalog().addUserService(carol, second.id(), web.id()));
    assertKind(Kind.FORBIDDEN, () -> accounts.createRole(carol, "mine", ""));
    assertKind(Kind.FORBIDDEN, () -> accounts.deleteRole(carol, 99));
    accounts.createUser(carol, "dave", PASSWORD, Role.USER_ID);
  }

  private static void assertKind(Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ControllerException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }
}
