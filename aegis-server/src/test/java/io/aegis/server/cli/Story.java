package io.aegis.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

/** The main job, as root does it over REST. */
final class Story {

  private Story() {}

  /** Logs in, makes a service, opens it and closes it again; each must be enforced to succeed. */
  static void openAndCloseAService(String url, Path data, String password) throws Exception {
    openAndCloseAService(url, data, password, "10.77.2.10:80");
  }

  /** The same for a service at some place. */
  static void openAndCloseAService(String url, Path data, String password, String hostname)
      throws Exception {
    try (var client = new Client(url, data)) {
      assertThat(client.get("/api/auth/me")).startsWith("401 ");
      assertThat(
              client.post(
                  "/api/auth/login",
                  "{\"username\":\"root\",\"password\":\"%s\"}".formatted(password)))
          .startsWith("200 ");
      assertThat(
              client.post(
                  "/api/services",
                  "{\"name\":\"web\",\"hostname\":\"%s\",\"description\":\"\"}"
                      .formatted(hostname)))
          .startsWith("201 ")
          .contains(hostname);
      assertThat(client.post("/api/roles/1/services", "{\"service_id\":1}")).startsWith("200 ");
      assertThat(client.post("/api/me/selected", "{\"service_id\":1}")).startsWith("200 ");
      assertThat(client.get("/api/me/selected")).startsWith("200 ").contains("\"time_left\"");
      assertThat(client.delete("/api/me/selected/1")).startsWith("200 ");
      assertThat(client.get("/api/me/selected")).isEqualTo("200 []");
    }
  }
}
