package io.aegis.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.server.sync.GatewaySync;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a running controller refuses, in the words that a user gets. */
final class RefusedCallsTest {
  private static final String WEB =
      "{\"name\":\"web\",\"hostname\":\"10.77.2.10:80\",\"description\":\"\"}";

  @TempDir private Path directory;

  private RunningAegis startController() throws Exception {
    return RunningAegis.start(
        "controller",
        "--data",
        directory.resolve("data").toString(),
        "--listen",
        "127.0.0.1:0",
        "--set",
        "sync.listen=127.0.0.1:0");
  }

  private static String logIn(Client client, String password) throws Exception {
    return client.post(
        "/api/auth/login", "{\"username\":\"root\",\"password\":\"%s\"}".formatted(password));
  }

  private static String activate(Client client, int service) throws Exception {
    return client.post("/api/me/selected", "{\"service_id\":" + service + "}");
  }

  @Test
  void loginAndActivation_refused_sayWhyAndLeaveNothingOpen() throws Exception {
    try (var controller = startController()) {
      String[] ready = controller.awaitReady().split(" agents: ", 2);
      try (var client = new Client(ready[0], directory.resolve("data"))) {
        assertThat(logIn(client, "wrong"))
            .isEqualTo("401 {\"error\":\"wrong username or password\"}");
        assertThat(activate(client, 1)).startsWith("401 ");
        assertThat(logIn(client, controller.initialPassword())).startsWith("200 ");
        assertThat(activate(client, 99)).isEqualTo("403 {\"error\":\"there is no service '99'\"}");
        assertThat(client.post("/api/services", WEB)).startsWith("201 ");
        assertThat(activate(client, 1))
            .isEqualTo("403 {\"error\":\"root (roles: root) has no permit for service 'web'\"}");
        assertThat(client.post("/api/roles/1/services", "{\"service_id\":1}")).startsWith("200 ");
        assertThat(activate(client, 1)).startsWith("503 ").contains("no gateway guards");
        visitAndLeave(ready[1]);
        assertThat(activate(client, 1))
            .startsWith("503 ")
            .contains("gateway north is not connected", "try again later");
        assertThat(client.get("/api/me/selected")).isEqualTo("200 []");
      }
      assertThat(controller.stop()).isZero();
    }
  }

  /** An agent connects, and is gone again. */
  private void visitAndLeave(String agents) throws Exception {
    Path bundle = directory.resolve("bundle");
    Ran made = bundle("data", agents, bundle);
    assertThat(made.exitCode()).as(made.err()).isZero();
    try (var connected = new LogWatch(GatewaySync.class, "event=connected");
        var gone = new LogWatch(GatewaySync.class, "event=disconnected")) {
      try (var agent = startAgent(bundle)) {
        assertThat(agent.awaitReady()).isNotEmpty();
        connected.await();
      }
      gone.await();
    }
  }

  private Ran bundle(String data, String agents, Path bundle) {
    return Ran.aegis(
        Map.of(),
        "controller",
        "agent-bundle",
        "north",
        "--data",
        directory.resolve(data).toString(),
        "--controller",
        agents,
        "--output",
        bundle.toString());
  }

  private RunningAegis startAgent(Path bundle) throws Exception {
    return RunningAegis.start(
        "agent",
        "--config",
        bundle.resolve("agent.toml").toString(),
        "--set",
        "data.directory=" + directory.resolve("gateway"),
        "--enforcer",
        "memory",
        "--interface",
        "sim0");
  }

  @Test
  void agent_ofAnotherController_saysWhichFileAndWhatToDo_andKeepsEnforcing() throws Exception {
    try (var controller = startController()) {
      String[] ready = controller.awaitReady().split(" agents: ", 2);
      Path bundle = directory.resolve("bundle");
      ControllerData.make(directory.resolve("another"));
      assertThat(bundle("another", ready[1], bundle).exitCode()).isZero();
      try (var trouble = new LogWatch("io.aegis.server.agent", "event=controller-lost");
          var agent = startAgent(bundle)) {
        assertThat(agent.awaitReady()).isEqualTo("gateway north protects sim0 with memory");
        assertThat(trouble.awaitLine())
            .contains("not of the CA in agent.ca", "write a new bundle with this controller");
        assertThat(agent.stop()).isZero();
      }
    }
  }
}
