package io.aegis.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aegis.server.web.Browser.Reply;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountsApiTest {
  @TempDir Path directory;
  private WebFixture server;
  private Browser root;
  private Browser admin;

  @BeforeEach
  void start() throws Exception {
    server = WebFixture.start(directory);
    root = server.browser().login("root", WebFixture.PASSWORD);
    admin = server.browser().login("admin", WebFixture.PASSWORD);
  }

  @AfterEach
  void stop() throws Exception {
    root.close();
    admin.close();
    server.close();
  }

  private Reply createUser(Browser actor, String name, String password, long role)
      throws Exception {
    return actor.send(
        "POST",
        "/api/users",
        "{\"credentials\":{\"username\":\""
            + name
            + "\",\"password\":\""
            + password
            + "\"},\"role_id\":"
            + role
            + "}");
  }

  @Test
  void roles_createListDelete() throws Exception {
    Reply created =
        root.send("POST", "/api/roles", "{\"name\":\"ops\",\"description\":\"on call\"}");
    assertThat(created.status()).isEqualTo(201);
    long id = created.json().get("id").asLong();
    assertThat(created.text())
        .isEqualTo("{\"id\":" + id + ",\"name\":\"ops\",\"description\":\"on call\"}");
    assertThat(admin.get("/api/roles").json()).contains(created.json()).hasSize(4);

    assertThat(root.send("POST", "/api/roles", "{\"name\":\"OPS\"}").status()).isEqualTo(409);
    assertThat(root.send("POST", "/api/roles", "{\"description\":\"x\"}").status()).isEqualTo(400);
    assertThat(root.send("POST", "/api/roles", "{\"name\":\"\"}").status()).isEqualTo(400);
    assertThat(root.send("DELETE", "/api/roles/1").status()).isEqualTo(409);
    assertThat(createUser(admin, "ada", "a long phrase 17", id).status()).isEqualTo(201);
    assertThat(root.send("DELETE", "/api/roles/" + id).status()).isEqualTo(409);
    assertThat(root.send("POST", "/api/roles", "{\"name\":\"idle\"}").status()).isEqualTo(201);
    assertThat(root.send("DELETE", "/api/roles/" + (id + 1)).status()).isEqualTo(200);
    assertThat(root.send("DELETE", "/api/roles/" + (id + 1)).status()).isEqualTo(404);
  }

  @Test
  void users_createListChangeDelete() throws Exception {
    Reply created = createUser(admin, "ada", "a long phrase 17", 3);
    assertThat(created.status()).as(created.text()).isEqualTo(201);
    long id = created.json().get("id").asLong();
    String expected = "{\"id\":" + id + ",\"username\":\"ada\",\"role_id\":3,\"is_active\":true}";
    JsonNode listed = admin.get("/api/users").json();
    assertThat(listed.get(listed.size() - 1).toString()).isEqualTo(expected);

    assertThat(createUser(admin, "ada", "a long phrase 17", 3).status()).isEqualTo(409);
    assertThat(createUser(admin, "bob", "password", 3).status()).isEqualTo(400);
    assertThat(createUser(admin, "bob", "a long phrase 17", 99).status()).isEqualTo(400);

    String user = "/api/users/" + id;
    assertThat(admin.send("PUT", user + "/role", "{\"role_id\":2}").status()).isEqualTo(200);
    assertThat(
            admin
                .send(
                    "PUT",
                    user + "/role",
                    "{\"id\":1,\"username\":\"x\",\"is_active\":false,\"role_id\":3}")
                .status())
        .isEqualTo(200);
    assertThat(admin.send("POST", user + "/reset-password", "{\"password\":\"weak\"}").status())
        .isEqualTo(400);
    assertThat(
            admin
                .send("POST", user + "/reset-password", "{\"password\":\"a new phrase 18\"}")
                .status())
        .isEqualTo(200);
    try (Browser ada = server.browser().login("ada", "a new phrase 18")) {
      assertThat(admin.send("DELETE", user).status()).isEqualTo(200);
      assertThat(ada.get("/api/auth/me").status()).isEqualTo(401);
    }
    assertThat(admin.send("DELETE", user).status()).isEqualTo(404);
  }

  @Test
  void root_isTouchedByNobody() throws Exception {
    for (Browser actor : new Browser[] {admin, root}) {
      assertThat(actor.send("DELETE", "/api/users/1").status()).isEqualTo(403);
      assertThat(actor.send("PUT", "/api/users/1/role", "{\"role_id\":3}").status()).isEqualTo(403);
      assertThat(
              actor
                  .send("POST", "/api/users/1/reset-password", "{\"password\":\"a phrase 1789\"}")
                  .status())
          .isEqualTo(403);
      assertThat(actor.send("POST", "/api/users/1/services", "{\"service_id\":1}").status())
          .isIn(400, 403);
    }
    assertThat(createUser(admin, "climber", "a long phrase 17", 1).status()).isEqualTo(403);
    Reply user = createUser(admin, "climber", "a long phrase 17", 2);
    String path = "/api/users/" + user.json().get("id").asLong();
    assertThat(admin.send("PUT", path + "/role", "{\"role_id\":1}").status()).isEqualTo(403);
  }

  @Test
  void extraServices_ofAUser() throws Exception {
    Reply service =
        admin.send("POST", "/api/services", "{\"name\":\"web\",\"hostname\":\"10.77.2.10:80\"}");
    String body = "{\"service_id\":" + service.json().get("id") + "}";
    long id = createUser(admin, "ada", "a long phrase 17", 3).json().get("id").asLong();
    String path = "/api/users/" + id + "/services";
    assertThat(admin.send("POST", path, "{\"service_id\":999}").status()).isEqualTo(400);
    assertThat(admin.send("POST", path, body).status()).isEqualTo(200);
    assertThat(admin.get(path).json()).containsExactly(service.json());
    try (Browser ada = server.browser().login("ada", "a long phrase 17")) {
      assertThat(ada.get("/api/me/services").json()).containsExactly(service.json());
      assertThat(admin.send("DELETE", path + "/" + service.json().get("id")).status())
          .isEqualTo(200);
      assertThat(ada.get("/api/me/services").json()).isEmpty();
    }
    assertThat(admin.get("/api/users/999/services").status()).isEqualTo(404);
  }
}
