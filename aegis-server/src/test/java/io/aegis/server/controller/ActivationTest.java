package io.aegis.server.controller;

import static io.aegis.server.controller.TestController.LAPTOP;
import static io.aegis.server.controller.TestController.LAPTOP_V6;
import static io.aegis.server.controller.TestController.PASSWORD;
import static io.aegis.server.controller.TestController.PHONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.Grant;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.server.controller.FakeGateways.Mood;
import io.aegis.server.identity.ControllerException;
import io.aegis.server.identity.ControllerException.Kind;
import io.aegis.server.identity.Role;
import io.aegis.server.identity.Session;
import io.aegis.server.sync.GatewayRegistry.Gateway;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Switching a service on and off, and every way in which that can fail. */
final class ActivationTest {
  @TempDir private Path directory;
  private TestController controller;
  private Session alice;
  private CatalogService web;

  @BeforeEach
  void start() {
    controller = TestController.start(directory);
    Session root = controller.root();
    web = controller.catalog().create(root, ServiceSpec.tcp("web", "10.77.2.7:443", ""));
    controller.catalog().addRoleService(root, Role.USER_ID, web.id());
    controller.accounts().createUser(root, "alice", PASSWORD, Role.USER_ID);
    controller.accounts().createUser(root, "bob", PASSWORD, Role.USER_ID);
    alice = controller.session("alice");
  }

  @AfterEach
  void stop() {
    controller.close();
  }

  @Test
  void activate_aPermittedService_opensExactlyThatOnTheGateway() {
    Activation activation = controller.activations().activate(alice, web.id(), LAPTOP);

    assertThat(controller.gateways.enforced("edge"))
        .singleElement()
        .satisfies(grant -> {
          assertThat(grant.client()).isEqualTo(LAPTOP);
          assertThat(grant.target())
              .isEqualTo(Target.of(IpAddress.parse("10.77.2.7"), Protocol.TCP, 443));
          assertThat(grant.hardExpiry())
              .isEqualTo(controller.clock.instant().plus(Duration.ofHours(8)));
          assertThat(grant.softExpiry())
              .isEqualTo(controller.clock.instant().plus(Duration.ofMinutes(5)));
          assertThat(grant.idle()).isEqualTo(Duration.ofSeconds(60));
        });
    assertThat(activation.timeLeft()).isEqualTo(Duration.ofSeconds(60));
    assertThat(controller.activations().selected(alice))
        .singleElement()
        .satisfies(each -> assertThat(each.service()).isEqualTo(web));
    assertThat(controller.desired().snapshot().grants())
        .extracting(each -> each.grant())
        .isEqualTo(controller.gateways.enforced("edge"));
  }

  @Test
  void activate_shortlyBeforeTheSessionEnds_endsWithTheSession() {
    controller.clock.advance(Duration.ofHours(11));

    controller.activations().activate(alice, web.id(), LAPTOP);

    assertThat(onlyGrant().hardExpiry()).isEqualTo(alice.endsAt());
  }

  @Test
  void activate_rootWithTheOneTimePassword_isNotHeldUpByThePasswordThatMustChange() {
    Session root = controller.root();
    controller.catalog().addRoleService(root, Role.ROOT_ID, web.id());

    controller.activations().activate(root, web.id(), LAPTOP);

    assertThat(root.user().mustChangePassword()).isTrue();
    assertThat(controller.gateways.enforced("edge")).hasSize(1);
  }

  @Test
  void activate_aServiceOfNobody_isForbiddenWithTheReason() {
    Session root = controller.root();
    CatalogService db =
        controller.catalog().create(root, ServiceSpec.tcp("db", "10.77.2.8:5432", ""));

    assertRefused(Kind.FORBIDDEN, () -> controller.activations().activate(alice, db.id(), LAPTOP));
    assertThat(controller.gateways.seen()).isEmpty();
    assertThat(controller.audit().getFirst().action()).isEqualTo("activation.begin");
    assertThat(controller.audit().getFirst().result().toString()).isEqualTo("refused");
  }

  @Test
  void activate_anUnknownService_isForbidden() {
    assertRefused(Kind.FORBIDDEN, () -> controller.activations().activate(alice, 4711, LAPTOP));
  }

  @Test
  void activate_fromAnotherFamily_isForbiddenNamingTheFamily() {
    assertThatThrownBy(() -> controller.activations().activate(alice, web.id(), LAPTOP_V6))
        .isInstanceOf(ControllerException.class)
        .hasMessageContaining("no bound IPv4 source");
    assertThat(controller.gateways.seen()).isEmpty();
  }

  @Test
  void activate_fromAGatewaysOwnAddress_isForbidden() {
    controller
        .registry()
        .seen(new Gateway("edge", Set.of(), Set.of(LAPTOP), controller.clock.instant()));

    assertThatThrownBy(() -> controller.activations().activate(alice, web.id(), LAPTOP))
        .isInstanceOf(ControllerException.class)
        .hasMessageContaining("gateway edge");
    assertThat(controller.gateways.seen()).isEmpty();
  }

  @Test
  void activate_withNoGatewayThatGuardsIt_isUnavailableAndNothingStays() {
    Session root = controller.root();
    CatalogService far =
        controller.catalog().create(root, ServiceSpec.tcp("far", "10.77.9.9:80", ""));
    controller.catalog().addRoleService(root, Role.USER_ID, far.id());

    assertUnavailable("no gateway guards", far.id());
  }

  @Test
  void activate_withTheGatewayAway_isUnavailableNamingItAndNothingStays() {
    controller.gateways.set("edge", Mood.AWAY);

    assertUnavailable("gateway edge is not connected", web.id());
  }

  @Test
  void activate_whenTheGatewayRefuses_isUnavailableWithItsWords() {
    controller.gateways.set("edge", Mood.REFUSING);

    assertUnavailable("gateway edge refused it (the table is full)", web.id());
  }

  @Test
  void activate_whenOneOfTwoGatewaysIsSilent_isTakenBackFromTheOther() {
    controller.gateways.add("second", "10.77.2.0/24");
    controller.gateways.set("second", Mood.SILENT);

    assertUnavailable("gateway second did not answer in time", web.id());
    assertThat(controller.gateways.enforced("edge")).isEmpty();
  }

  @Test
  void activate_withOneGatewayAwayAndOneWilling_succeeds() {
    controller.gateways.add("second", "10.77.2.0/24");
    controller.gateways.set("second", Mood.AWAY);

    controller.activations().activate(alice, web.id(), LAPTOP);

    assertThat(controller.gateways.enforced("edge")).hasSize(1);
  }

  private void assertUnavailable(String words, long serviceId) {
    assertThatThrownBy(() -> controller.activations().activate(alice, serviceId, LAPTOP))
        .isInstanceOf(ControllerException.class)
        .hasMessageContaining(words);
    assertThat(controller.activations().selected(alice)).isEmpty();
    assertThat(controller.desired().snapshot().grants()).isEmpty();
    assertThat(controller.gateways.enforced("edge")).isEmpty();
    assertThat(controller.audit().getFirst().result().toString()).isEqualTo("failed");
  }

  @Test
  void activate_twice_leavesTheFirstAsItIs() {
    Activation first = controller.activations().activate(alice, web.id(), LAPTOP);
    Grant before = onlyGrant();
    controller.clock.advance(Duration.ofSeconds(5));
    controller.gateways.traffic(before.id());

    Activation second = controller.activations().activate(alice, web.id(), LAPTOP);

    assertThat(second.id()).isEqualTo(first.id());
    assertThat(onlyGrant()).isEqualTo(before);
    assertThat(controller.gateways.seen()).hasSize(1);
  }

  @Test
  void activate_again_afterTheKernelMayHaveEndedIt_opensAnew() {
    controller.activations().activate(alice, web.id(), LAPTOP);
    Grant before = onlyGrant();
    controller.clock.advance(Duration.ofSeconds(60));

    controller.activations().activate(alice, web.id(), LAPTOP);

    assertThat(onlyGrant().id()).isNotEqualTo(before.id());
    assertThat(controller.activations().selected(alice)).hasSize(1);
  }

  @Test
  void activate_again_withTheGatewayAway_isUnavailableAndNothingStays() {
    controller.activations().activate(alice, web.id(), LAPTOP);
    controller.gateways.set("edge", Mood.AWAY);

    assertThatThrownBy(() -> controller.activations().activate(alice, web.id(), LAPTOP))
        .hasMessageContaining("gateway edge is not connected");
    assertThat(controller.activations().selected(alice)).isEmpty();
    assertThat(controller.desired().snapshot().grants()).isEmpty();
  }

  @Test
  void activate_again_inANewSession_endsWithThatSession() {
    controller.activations().activate(alice, web.id(), LAPTOP);
    Session later = controller.session("alice");
    controller.activations().activate(later, web.id(), LAPTOP);

    controller.sessions().logout(alice);
    assertThat(controller.gateways.enforced("edge")).hasSize(1);

    controller.sessions().logout(later);
    assertThat(controller.gateways.enforced("edge")).isEmpty();
  }

  @Test
  void activate_fromAnAddressThatSomebodyElseHolds_isForbidden() {
    controller.activations().activate(alice, web.id(), LAPTOP);
    Session bob = controller.session("bob");

    assertRefused(Kind.FORBIDDEN, () -> controller.activations().activate(bob, web.id(), LAPTOP));
    assertThat(controller.gateways.enforced("edge")).hasSize(1);
  }

  @Test
  void deactivate_whileAnotherUserHoldsTheSameService_leavesTheOtherAlone() {
    Session bob = controller.session("bob");
    controller.activations().activate(alice, web.id(), LAPTOP);
    controller.activations().activate(bob, web.id(), PHONE);

    controller.activations().deactivate(alice, web.id());

    assertThat(onlyGrant().client()).isEqualTo(PHONE);
  }

  @Test
  void deactivate_fromAnotherAddressThanItWasActivated_closesItAll() {
    controller.activations().activate(alice, web.id(), LAPTOP);
    controller.activations().activate(alice, web.id(), PHONE);
    assertThat(controller.gateways.enforced("edge")).hasSize(2);

    controller.activations().deactivate(alice, web.id());

    assertThat(controller.gateways.enforced("edge")).isEmpty();
    assertThat(controller.activations().selected(alice)).isEmpty();
  }

  @Test
  void deactivate_whatIsNotActive_isNotFound() {
    assertRefused(Kind.NOT_FOUND, () -> controller.activations().deactivate(alice, web.id()));
  }

  @Test
  void deactivate_withTheGatewayAway_isRecordedAndSaysWhenTheKernelCloses() {
    controller.activations().activate(alice, web.id(), LAPTOP);
    Grant grant = onlyGrant();
    controller.gateways.set("edge", Mood.AWAY);

    assertThatThrownBy(() -> controller.activations().deactivate(alice, web.id()))
        .isInstanceOfSatisfying(
            ControllerException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
              assertThat(e).hasMessageContaining("gateway edge is not connected");
              assertThat(e.closesBy()).contains(grant.hardExpiry());
            });
    assertThat(controller.activations().selected(alice)).isEmpty();
    assertThat(controller.desired().snapshot().grants()).isEmpty();
  }

  @Test
  void activate_whileAnotherRequestOpensTheSame_waitsForTheSameAnswer() throws Exception {
    controller.gateways.hold();
    var first =
        CompletableFuture.supplyAsync(
            () -> controller.activations().activate(alice, web.id(), LAPTOP),
            Thread::startVirtualThread);
    awaitWaiting(1);
    controller.clock.advance(Duration.ofSeconds(1));
    var second =
        CompletableFuture.supplyAsync(
            () -> controller.activations().activate(alice, web.id(), LAPTOP),
            Thread::startVirtualThread);
    awaitAskedAgain();

    assertThat(second).isNotDone();
    assertThat(controller.activations().selected(alice)).isEmpty();
    controller.gateways.release();
    assertThat(second.get().id()).isEqualTo(first.get().id());
    assertThat(controller.gateways.enforced("edge")).hasSize(1);
  }

  /** Waits until a second request has found the activation of the first. */
  private void awaitAskedAgain() {
    var store = new ActivationStore();
    while (controller.database().read(tx -> store.ofUser(tx, alice.user().id())).stream()
        .allMatch(held -> held.span().updatedAt().equals(held.span().activatedAt()))) {
      Thread.onSpinWait();
    }
  }

  @Test
  void activate_whoseSessionEndsWhileItIsOpened_isRefusedAndNothingStays() throws Exception {
    controller.gateways.hold();
    var opening =
        CompletableFuture.runAsync(
            () -> controller.activations().activate(alice, web.id(), LAPTOP),
            Thread::startVirtualThread);
    awaitWaiting(1);
    var leaving =
        CompletableFuture.runAsync(
            () -> controller.sessions().logout(alice), Thread::startVirtualThread);
    awaitWaiting(2);
    controller.gateways.release();

    leaving.get();
    assertThatThrownBy(opening::get)
        .cause()
        .isInstanceOfSatisfying(
            ControllerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FORBIDDEN));
    assertThat(controller.desired().snapshot().grants()).isEmpty();
    assertThat(controller.gateways.enforced("edge")).isEmpty();
  }

  @Test
  void restart_withAnActivationThatNobodyConfirmed_withdrawsIt() {
    controller.gateways.hold();
    var _ =
        CompletableFuture.runAsync(
            () -> controller.activations().activate(alice, web.id(), LAPTOP),
            Thread::startVirtualThread);
    awaitWaiting(1);

    controller = controller.restarted(directory);
    controller.gateways.release();

    assertThat(controller.desired().snapshot().grants()).isEmpty();
    assertThat(controller.gateways.enforced("edge")).isEmpty();
  }

  @Test
  void restart_withAConfirmedActivation_keepsIt() {
    controller.activations().activate(alice, web.id(), LAPTOP);
    Grant before = onlyGrant();

    controller = controller.restarted(directory);

    assertThat(onlyGrant()).isEqualTo(before);
    assertThat(controller.activations().selected(alice)).hasSize(1);
  }

  @Test
  void restart_afterALongTime_extendsWhatStandsBeforeAnyGatewayAsks() {
    var lasting =
        new ServiceSpec("web", "10.77.2.7:443", "", Protocol.TCP, null, Duration.ofHours(8));
    controller.catalog().update(controller.root(), web.id(), lasting);
    controller.activations().activate(alice, web.id(), LAPTOP);
    controller.clock.advance(Duration.ofMinutes(10));

    controller = controller.restarted(directory);

    assertThat(controller.desired().snapshot().grants())
        .singleElement()
        .satisfies(each ->
            assertThat(each.grant().softExpiry())
                .isEqualTo(controller.clock.instant().plus(Duration.ofMinutes(5))));
  }

  private void awaitWaiting(int count) {
    while (controller.gateways.waiting() < count) {
      Thread.onSpinWait();
    }
  }

  private Grant onlyGrant() {
    assertThat(controller.gateways.enforced("edge")).hasSize(1);
    return controller.gateways.enforced("edge").getFirst();
  }

  private static void assertRefused(Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ControllerException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }
}
