package io.aegis.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aegis.server.controller.FakeGateways.Mood;
import io.aegis.server.web.Browser.Reply;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job over HTTPS, against the real services. */
class ActivationStoryTest {
  @TempDir Path directory;
  private WebFixture server;
  private Browser root;
  private Browser user;

  @BeforeEach
  void start() throws Exception {
    server = WebFixture.start(directory);
    root = server.browser().login("root", WebFixture.PASSWORD);
    user = server.browser().login("user", WebFixture.PASSWORD);
  }

  @AfterEach
  void stop() throws Exception {
    root.close();
    user.close();
    server.close();
  }

  private long createService(String name, String hostname) throws Exception {
    Reply reply =
        root.send(
            "POST",
            "/api/services",
            "{\"name\":\"" + name + "\",\"hostname\":\"" + hostname + "\",\"description\":\"d\"}");
    assertThat(reply.status()).as(reply.text()).isEqualTo(201);
    return reply.json().get("id").asLong();
  }

  private static String serviceId(long id) {
    return "{\"service_id\":" + id + "}";
  }

  @Test
  void story_fromServiceToActivationAndBack() throws Exception {
    long id = createService("web", "10.77.2.10:8080");

    Reply forbidden = user.send("POST", "/api/me/selected", serviceId(id));
    assertThat(forbidden.status()).isEqualTo(403);
    assertThat(forbidden.error()).isNotEmpty();
    assertThat(user.get("/api/me/services").text()).isEqualTo("[]");

    assertThat(root.send("POST", "/api/roles/3/services", serviceId(id)).status()).isEqualTo(200);
    JsonNode mine = user.get("/api/me/services").json();
    assertThat(mine).hasSize(1);
    assertThat(mine.get(0).get("hostname").asText()).isEqualTo("10.77.2.10:8080");
    assertThat(mine.get(0).get("ip").asText()).isEqualTo("10.77.2.10");
    assertThat(mine.get(0).get("port").asInt()).isEqualTo(8080);
    assertThat(Instant.parse(mine.get(0).get("created_at").asText())).isNotNull();

    assertThat(user.send("POST", "/api/me/selected", serviceId(id)).status()).isEqualTo(200);
    JsonNode active = user.get("/api/me/selected").json();
    assertThat(active).hasSize(1);
    assertThat(active.get(0).get("id").asLong()).isEqualTo(id);
    assertThat(active.get(0).get("time_left").asLong()).isBetween(1L, 60L);
    assertThat(Instant.parse(active.get(0).get("updated_at").asText())).isNotNull();
    assertThat(server.openFor()).containsExactly("127.0.0.1");

    assertThat(user.send("DELETE", "/api/me/selected/" + id).status()).isEqualTo(200);
    assertThat(user.get("/api/me/selected").text()).isEqualTo("[]");
    assertThat(server.openFor()).isEmpty();
    assertThat(user.send("DELETE", "/api/me/selected/" + id).status()).isEqualTo(404);
  }

  @Test
  void activate_withForwardedHeaders_opensForTheConnectionAlone() throws Exception {
    long id = createService("web", "10.77.2.10:8080");
    root.send("POST", "/api/roles/3/services", serviceId(id));
    Reply reply =
        user.send(
            user.request("/api/me/selected")
                .header("Content-Type", "application/json")
                .header("X-Forwarded-For", "10.66.6.6")
                .header("X-Real-IP", "10.66.6.6")
                .header("Forwarded", "for=10.66.6.6;host=evil.example;proto=http")
                .header("X-Client-IP", "10.66.6.6")
                .header("True-Client-IP", "10.66.6.6")
                .POST(BodyPublishers.ofString(serviceId(id))));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(server.openFor()).containsExactly("127.0.0.1");
  }

  @Test
  void activate_noGateway_is503AndNothingStaysOpen() throws Exception {
    server.gateway(Mood.AWAY);
    long id = createService("web", "10.77.2.10:8080");
    root.send("POST", "/api/roles/3/services", serviceId(id));
    Reply reply = user.send("POST", "/api/me/selected", serviceId(id));
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.error()).isNotEmpty();
    assertThat(user.get("/api/me/selected").text()).isEqualTo("[]");
    assertThat(server.openFor()).isEmpty();
  }

  @Test
  void deactivate_gatewayAway_is503WithTheTimeAtWhichItCloses() throws Exception {
    long id = createService("web", "10.77.2.10:8080");
    root.send("POST", "/api/roles/3/services", serviceId(id));
    user.send("POST", "/api/me/selected", serviceId(id));
    server.gateway(Mood.AWAY);
    Reply reply = user.send("DELETE", "/api/me/selected/" + id);
    assertThat(reply.status()).isEqualTo(503);
    Instant closesBy = Instant.parse(reply.json().get("closes_by").asText());
    assertThat(reply.error()).contains("edge");
    assertThat(closesBy).isBefore(Instant.parse("2100-01-01T00:00:00Z"));
    assertThat(user.get("/api/me/selected").text()).isEqualTo("[]");
  }

  private long openWithTheGatewayAwayThen() throws Exception {
    long id = server.serviceForUsers("web", "10.77.2.10:8080");
    assertThat(user.send("POST", "/api/me/selected", serviceId(id)).status()).isEqualTo(200);
    server.gateway(Mood.AWAY);
    return id;
  }

  @Test
  void logout_gatewayAway_endsTheSessionAndSaysWhatIsStillOpen() throws Exception {
    long _ = openWithTheGatewayAwayThen();
    Reply reply = user.send("POST", "/api/auth/logout");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text())
        .startsWith("Logged out. Still open: gateway edge is not connected: ")
        .contains("closes it by itself by ");
    assertThat(user.get("/api/auth/me").status()).isEqualTo(401);
  }

  @Test
  void edit_gatewayAway_is503WithTheTimeAtWhichItClosesAndIsMade() throws Exception {
    long id = openWithTheGatewayAwayThen();
    Reply reply = root.send("DELETE", "/api/services/" + id);
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.error()).startsWith("recorded, but gateway edge is not connected: ");
    assertThat(Instant.parse(reply.json().get("closes_by").asText())).isNotNull();
    assertThat(root.get("/api/services").text()).isEqualTo("[]");
  }

  @Test
  void activate_unknownService_is403LikeAForbiddenOne() throws Exception {
    Reply reply = user.send("POST", "/api/me/selected", serviceId(4711));
    assertThat(reply.status()).isEqualTo(403);
  }

  @Test
  void logout_closesWhatTheSessionOpened() throws Exception {
    long id = createService("web", "10.77.2.10:8080");
    root.send("POST", "/api/roles/3/services", serviceId(id));
    user.send("POST", "/api/me/selected", serviceId(id));
    assertThat(server.openFor()).hasSize(1);
    user.send("POST", "/api/auth/logout");
    assertThat(server.openFor()).isEmpty();
  }

  @Test
  void service_answerSentBack_isTakenAndReadOnlyFieldsIgnored() throws Exception {
    long id = createService("web", "10.77.2.10:8080");
    JsonNode service = root.get("/api/services").json().get(0);
    Reply same = root.send("PUT", "/api/services/" + id, service.toString());
    assertThat(same.status()).as(same.text()).isEqualTo(200);
    assertThat(same.json()).isEqualTo(service);
    Reply renamed =
        root.send(
            "PUT",
            "/api/services/" + id,
            "{\"id\":7,\"ip\":\"1.2.3.4\",\"port\":1,\"created_at\":null,\"name\":\"intranet\","
                + "\"hostname\":\"10.77.2.10:8081\",\"description\":\"\"}");
    assertThat(renamed.json().get("id").asLong()).isEqualTo(id);
    assertThat(renamed.json().get("name").asText()).isEqualTo("intranet");
    assertThat(renamed.json().get("port").asInt()).isEqualTo(8081);
    assertThat(renamed.json().get("ip").asText()).isEqualTo("10.77.2.10");
  }

  @Test
  void service_limits_areKeptByScriptsThatDoNotKnowThem() throws Exception {
    Reply created =
        root.send(
            "POST",
            "/api/services",
            "{\"name\":\"dns\",\"hostname\":\"10.77.2.53:5353\",\"protocol\":\"udp\","
                + "\"idle_limit_seconds\":3,\"hard_limit_seconds\":600}");
    assertThat(created.status()).as(created.text()).isEqualTo(201);
    long id = created.json().get("id").asLong();
    Reply changed =
        root.send(
            "PUT", "/api/services/" + id, "{\"name\":\"dns\",\"hostname\":\"10.77.2.54:5353\"}");
    assertThat(changed.json().get("protocol").asText()).isEqualTo("udp");
    assertThat(changed.json().get("idle_limit_seconds").asLong()).isEqualTo(3);
    assertThat(changed.json().get("hard_limit_seconds").asLong()).isEqualTo(600);
    assertThat(
            root.send("PUT", "/api/services/999", "{\"name\":\"a\",\"hostname\":\"b\"}").status())
        .isEqualTo(404);
  }

  @Test
  void service_taken_is409AndBadHostname400() throws Exception {
    createService("web", "10.77.2.10:8080");
    String again = "{\"name\":\"web\",\"hostname\":\"10.77.2.11:8080\"}";
    assertThat(root.send("POST", "/api/services", again).status()).isEqualTo(409);
    for (String hostname :
        new String[] {"", "10.77.2.10", "10.77.2.10:0", "10.77.2.10:70000", ":80"}) {
      String body = "{\"name\":\"x\",\"hostname\":\"" + hostname + "\"}";
      assertThat(root.send("POST", "/api/services", body).status()).as(hostname).isEqualTo(400);
    }
  }
}
