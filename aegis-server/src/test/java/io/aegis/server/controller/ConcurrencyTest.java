package io.aegis.server.controller;

import static io.aegis.server.controller.TestController.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.IpAddress;
import io.aegis.server.identity.ControllerException;
import io.aegis.server.identity.ControllerException.Kind;
import io.aegis.server.identity.Role;
import io.aegis.server.identity.Session;
import io.aegis.server.sync.DesiredGrant;
import io.aegis.server.sync.GrantChange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many people at once, while the rules change under them. */
final class ConcurrencyTest {
  private static final int USERS = 8;
  private static final int ROUNDS = 25;

  @TempDir private Path directory;
  private TestController controller;
  private Session root;
  private CatalogService web;
  private CatalogService db;

  @BeforeEach
  void start() {
    controller = TestController.start(directory);
    root = controller.root();
    web = controller.catalog().create(root, ServiceSpec.tcp("web", "10.77.2.7:443", ""));
    db = controller.catalog().create(root, ServiceSpec.tcp("db", "10.77.2.8:5432", ""));
    controller.catalog().addRoleService(root, Role.USER_ID, web.id());
    controller.catalog().addRoleService(root, Role.USER_ID, db.id());
    for (int i = 0; i < USERS; i++) {
      controller.accounts().createUser(root, "user" + i, PASSWORD, Role.USER_ID);
    }
  }

  @AfterEach
  void stop() {
    controller.close();
  }

  @Test
  void everybodyAtOnce_leavesGatewayAndDatabaseAgreed() {
    var all = new ArrayList<CompletableFuture<Void>>();
    for (int i = 0; i < USERS; i++) {
      int user = i;
      all.add(CompletableFuture.runAsync(() -> comeAndGo(user), Thread::startVirtualThread));
    }
    all.add(CompletableFuture.runAsync(this::changeTheRules, Thread::startVirtualThread));
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();

    List<GrantChange> log = controller.desired().since(0).orElseThrow();
    assertThat(controller.gateways.seen()).isEqualTo(log);
    assertThat(log)
        .extracting(GrantChange::revision)
        .isEqualTo(LongStream.rangeClosed(1, log.size()).boxed().toList());
    assertThat(controller.gateways.enforced("edge"))
        .isEqualTo(
            controller.desired().snapshot().grants().stream().map(DesiredGrant::grant).toList());

    controller.catalog().removeRoleService(root, Role.USER_ID, web.id());
    controller.catalog().removeRoleService(root, Role.USER_ID, db.id());
    assertThat(controller.gateways.enforced("edge")).isEmpty();
  }

  private void comeAndGo(int user) {
    var random = new Random(user);
    IpAddress source = IpAddress.parse("10.77.1." + (100 + user));
    Session session = controller.session("user" + user);
    for (int i = 0; i < ROUNDS; i++) {
      long service = random.nextBoolean() ? web.id() : db.id();
      try {
        switch (random.nextInt(5)) {
          case 0 -> controller.activations().deactivate(session, service);
          case 1 -> {
            controller.sessions().logout(session);
            session = controller.session("user" + user);
          }
          default -> controller.activations().activate(session, service, source);
        }
      } catch (ControllerException e) {
        // The rules change meanwhile; anything but these would be a flaw.
        assertThat(e.kind()).isIn(Kind.FORBIDDEN, Kind.NOT_FOUND);
      }
    }
  }

  private void changeTheRules() {
    for (int i = 0; i < ROUNDS; i++) {
      controller.catalog().removeRoleService(root, Role.USER_ID, web.id());
      controller
          .catalog()
          .update(root, db.id(), ServiceSpec.tcp("db", "10.77.2.8:" + (5432 + i), ""));
      controller.catalog().addRoleService(root, Role.USER_ID, web.id());
      controller.housekeeping().run();
    }
  }
}
