package io.aegis.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that is a prefix and a range of ports, from the REST API to the kernel's answer. */
@Tag("kernel")
final class WideServiceIT {
  private final String near = "agw" + ProcessHandle.current().pid() + "n";
  private final String far = "agw" + ProcessHandle.current().pid() + "f";
  private final String instance = "wide-" + ProcessHandle.current().pid();
  @TempDir private Path directory;

  @BeforeEach
  void addInterface() throws Exception {
    TestGateway.run("ip", "link", "add", near, "type", "veth", "peer", "name", far);
    Files.writeString(
        config(),
        """
        [agent]
        instance = "%s"

        [[agent.interface]]
        name = "%s"
        """
            .formatted(instance, near));
  }

  @AfterEach
  void removeInterface() throws Exception {
    aegis("agent", "detach");
    TestGateway.run("ip", "link", "delete", near);
    assertThat(Path.of("/sys/fs/bpf/aegis").resolve(instance)).doesNotExist();
  }

  private Path config() {
    return directory.resolve("aegis.toml");
  }

  private Ran aegis(String... args) {
    var words = new ArrayList<>(List.of(args));
    words.addAll(List.of("--config", config().toString()));
    return Ran.aegis(Map.of(), words.toArray(String[]::new));
  }

  private String explained(String to, String... payload) {
    var words = new ArrayList<>(List.of("explain", "--from", "127.0.0.1", "--to", to));
    words.addAll(List.of(payload));
    Ran ran = aegis(words.toArray(String[]::new));
    assertThat(ran.err()).isEmpty();
    return ran.out();
  }

  @Test
  void service_onceOpened_isAdmittedOverItsWholeExtent_andNoFurther() throws Exception {
    Path data = directory.resolve("data");
    try (var server =
        RunningAegis.start(
            "standalone",
            "--config",
            config().toString(),
            "--data",
            data.toString(),
            "--listen",
            "127.0.0.1:0")) {
      String url = server.awaitReady();
      try (var client = new Client(url, data)) {
        assertThat(
                client.post(
                    "/api/auth/login",
                    "{\"username\":\"root\",\"password\":\"%s\"}"
                        .formatted(server.initialPassword())))
            .startsWith("200 ");
        assertThat(
                client.post(
                    "/api/services",
                    "{\"name\":\"web\",\"hostname\":\"10.77.2.0/24:8000-8080\",\"description\":\"\"}"))
            .startsWith("201 ");
        assertThat(client.post("/api/roles/1/services", "{\"service_id\":1}")).startsWith("200 ");
        assertThat(explained("10.77.2.9", "--tcp", "8042")).contains("NO_GRANT");
        assertThat(client.post("/api/me/selected", "{\"service_id\":1}")).startsWith("200 ");
        assertThat(explained("10.77.2.9", "--tcp", "8042"))
            .startsWith("admitted")
            .contains("GRANT");
        assertThat(explained("10.77.2.255", "--tcp", "8080")).startsWith("admitted");
        assertThat(explained("10.77.2.9", "--tcp", "8081")).contains("NO_GRANT");
        assertThat(explained("10.77.3.9", "--tcp", "8042")).contains("NO_GRANT");
        assertThat(explained("10.77.2.9", "--udp", "8042")).contains("NO_GRANT");
        assertThat(client.delete("/api/me/selected/1")).startsWith("200 ");
        assertThat(explained("10.77.2.9", "--tcp", "8042")).contains("NO_GRANT");
      }
    }
  }
}
