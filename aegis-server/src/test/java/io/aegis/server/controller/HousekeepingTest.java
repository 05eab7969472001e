package io.aegis.server.controller;

import static io.aegis.server.controller.TestController.LAPTOP;
import static io.aegis.server.controller.TestController.PASSWORD;
import static io.aegis.server.controller.TestController.PHONE;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.server.identity.Login;
import io.aegis.server.identity.Role;
import io.aegis.server.identity.Session;
import io.aegis.server.sync.GatewayRegistry.Gateway;
import io.aegis.server.sync.GrantChange;
import io.aegis.server.sync.Position;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What time does, and the log of what was done. */
final class HousekeepingTest {
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
    alice = controller.session("alice");
    controller.activations().activate(alice, web.id(), LAPTOP);
  }

  @AfterEach
  void stop() {
    controller.close();
  }

  @Test
  void run_withinTheIdleLimitAndItsSlack_leavesTheActivation() {
    advance(Duration.ofSeconds(70));

    assertThat(controller.activations().selected(alice))
        .singleElement()
        .satisfies(each -> assertThat(each.timeLeft()).isEqualTo(Duration.ZERO));
  }

  @Test
  void run_afterTheIdleLimit_endsTheActivation() {
    advance(Duration.ofSeconds(71));

    assertThat(controller.activations().selected(alice)).isEmpty();
    assertThat(controller.desired().snapshot().grants()).isEmpty();
    assertThat(controller.audit().getFirst().detail()).endsWith("idle");
  }

  @Test
  void run_withTraffic_keepsTheActivationUntilItsHardLimit() {
    for (int minutes = 0; minutes < 8 * 60 - 1; minutes++) {
      controller.clock.advance(Duration.ofMinutes(1));
      controller.gateways.traffic(onlyGrant().id());
      controller.housekeeping().run();
    }
    assertThat(controller.activations().selected(alice)).hasSize(1);

    advance(Duration.ofMinutes(1));

    assertThat(controller.activations().selected(alice)).isEmpty();
    assertThat(controller.gateways.enforced("edge")).isEmpty();
  }

  @Test
  void run_beforeTheSoftExpiry_extendsItAndNothingElse() {
    Grant before = onlyGrant();
    controller.clock.advance(Duration.ofMinutes(2));
    controller.gateways.traffic(before.id());
    controller.housekeeping().run();

    assertThat(onlyGrant())
        .isEqualTo(before.withSoftExpiry(controller.clock.instant().plus(Duration.ofMinutes(5))));
    assertThat(controller.gateways.seen())
        .hasSize(2)
        .allSatisfy(each -> assertThat(((GrantChange.Put) each).desired().version()).isEqualTo(1));
  }

  @Test
  void run_nearTheHardExpiry_neverExtendsBeyondIt() {
    Grant before = onlyGrant();
    while (onlyGrant().softExpiry().isBefore(before.hardExpiry())) {
      controller.clock.advance(Duration.ofMinutes(1));
      controller.gateways.traffic(before.id());
      controller.housekeeping().run();
    }
    assertThat(onlyGrant().softExpiry()).isEqualTo(before.hardExpiry());
  }

  @Test
  void run_afterTheSessionEnded_takesAwayWhatItHeld() {
    controller.gateways.traffic(onlyGrant().id());
    Login later = controller.login("alice");
    controller.clock.advance(Duration.ofHours(7));
    controller.activations().activate(later.session(), web.id(), PHONE);
    controller.clock.advance(Duration.ofHours(5));
    controller.housekeeping().run();

    assertThat(controller.gateways.enforced("edge")).isEmpty();
    assertThat(controller.desired().snapshot().grants()).isEmpty();
  }

  @Test
  void run_whenASourceTurnsOutToBeAGateways_endsTheActivation() {
    controller
        .registry()
        .seen(new Gateway("edge", Set.of(), Set.of(LAPTOP), controller.clock.instant()));
    controller.housekeeping().run();

    assertThat(controller.gateways.enforced("edge")).isEmpty();
  }

  @Test
  void since_anyRevision_isWhatHappenedAfterIt() {
    controller.activations().activate(alice, web.id(), PHONE);
    controller.activations().deactivate(alice, web.id());

    Position end = controller.desired().position();
    List<GrantChange> all = controller.desired().since(0).orElseThrow();
    assertThat(all).isEqualTo(controller.gateways.seen());
    assertThat(all).extracting(GrantChange::revision).containsExactly(1L, 2L, 3L, 4L);
    assertThat(end.revision()).isEqualTo(4);
    assertThat(controller.desired().since(2)).contains(all.subList(2, 4));
    assertThat(controller.desired().since(4)).contains(List.of());
    assertThat(controller.desired().since(5)).isEmpty();
  }

  @Test
  void since_aRevisionThatWasForgotten_isUnknown() {
    for (int i = 0; i < 300; i++) {
      controller.activations().activate(alice, web.id(), PHONE);
      controller.activations().deactivate(alice, web.id());
      controller.activations().activate(alice, web.id(), LAPTOP);
    }
    controller.housekeeping().run();
    long newest = controller.desired().position().revision();

    assertThat(controller.desired().since(0)).isEmpty();
    assertThat(controller.desired().since(newest - 1_001)).isEmpty();
    assertThat(controller.desired().since(newest - 1_000).orElseThrow()).hasSize(1_000);
  }

  @Test
  void gateways_areRememberedAsLastDeclared() {
    var first =
        new Gateway(
            "edge",
            Set.of(io.aegis.api.Prefix.parse("10.77.2.0/24")),
            Set.of(PHONE),
            controller.clock.instant());
    var second = new Gateway("edge", Set.of(), Set.of(), controller.clock.instant());

    controller.registry().seen(first);
    assertThat(controller.registry().gateways()).containsExactly(first);
    controller.registry().seen(second);
    assertThat(controller.registry().gateways()).containsExactly(second);
  }

  private void advance(Duration by) {
    controller.clock.advance(by);
    controller.housekeeping().run();
  }

  private Grant onlyGrant() {
    assertThat(controller.gateways.enforced("edge")).hasSize(1);
    return controller.gateways.enforced("edge").getFirst();
  }
}
