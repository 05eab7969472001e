package io.aegis.server.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.server.web.Browser.Reply;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What no decent client sends: always a 4xx with one line of JSON, never a half-done change. */
class HostileRequestTest {
  @TempDir static Path directory;
  private static WebFixture server;
  private static Browser root;
  private static RawHttps raw;

  @BeforeAll
  static void start() throws Exception {
    server = WebFixture.start(directory);
    root = server.browser().login("root", WebFixture.PASSWORD);
    raw = server.raw();
  }

  @AfterAll
  static void stop() throws Exception {
    root.close();
    server.close();
  }

  @AfterEach
  void serverStillWorks() throws Exception {
    assertThat(root.get("/api/auth/me").status()).isEqualTo(200);
  }

  private static String state() throws Exception {
    return root.get("/api/roles").text()
        + root.get("/api/users").text()
        + root.get("/api/services").text()
        + root.get("/api/roles/3/services").text();
  }

  private static void refused(Reply reply, int status) throws Exception {
    assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    assertThat(reply.header("Content-Type")).isEqualTo("application/json");
    assertThat(reply.error()).isNotEmpty().doesNotContain("Exception", "io.aegis", "jackson", "\n");
    assertThat(reply.json().size()).isEqualTo(1);
  }

  private static void refusedRaw(String answer, int status) {
    assertThat(RawHttps.status(answer)).as(answer).isEqualTo(status);
    assertThat(RawHttps.body(answer)).contains("{\"error\":\"").doesNotContain("<", "at org.");
    assertThat(answer).doesNotContainIgnoringCase("jetty");
  }

  static Stream<Arguments> validBodies() {
    return Stream.of(
        Arguments.of("POST", "/api/roles", "{\"name\":\"zürich\",\"description\":\"d\"}"),
        Arguments.of(
            "POST",
            "/api/users",
            "{\"credentials\":{\"username\":\"mallory\",\"password\":\"a long phrase 17\"},"
                + "\"role_id\":3}"),
        Arguments.of("PUT", "/api/users/2/role", "{\"role_id\":3}"),
        Arguments.of("POST", "/api/users/3/reset-password", "{\"password\":\"a long phrase 17\"}"),
        Arguments.of(
            "POST",
            "/api/services",
            "{\"name\":\"s\",\"hostname\":\"10.77.9.9:80\",\"description\":\"d\"}"),
        Arguments.of("POST", "/api/roles/3/services", "{\"service_id\":1}"),
        Arguments.of("POST", "/api/me/selected", "{\"service_id\":1}"),
        Arguments.of("POST", "/api/auth/login", "{\"username\":\"user\",\"password\":\"wrong\"}"),
        Arguments.of(
            "POST", "/api/auth/password", "{\"old_password\":\"a\",\"new_password\":\"b\"}"));
  }

  @ParameterizedTest
  @MethodSource("validBodies")
  void body_everyTruncation_is400AndChangesNothing(String method, String path, String body)
      throws Exception {
    String before = state();
    byte[] whole = body.getBytes(UTF_8);
    for (int length = 0; length < whole.length; length++) {
      refused(root.send(method, path, Arrays.copyOf(whole, length)), 400);
    }
    assertThat(state()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("validBodies")
  void body_fieldOfEveryWrongType_is400AndNamed(String method, String path, String body)
      throws Exception {
    String before = state();
    for (String wrong : List.of("null", "[]", "{}", "true", "1.5", "1e400", "-7")) {
      String changed = body.replaceFirst(":(\"[^\"]*\"|[0-9]+)", ":" + wrong);
      Reply reply = root.send(method, path, changed);
      refused(reply, 400);
      String field = body.contains("credentials") ? "username" : body.split("\"", -1)[1];
      assertThat(reply.error()).contains(field);
    }
    assertThat(state()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("validBodies")
  void body_unknownFieldOrOneTwice_is400(String method, String path, String body) throws Exception {
    String before = state();
    Reply unknown = root.send(method, path, body.replaceFirst("\\{", "{\"is_root\":true,"));
    refused(unknown, 400);
    assertThat(unknown.error()).isEqualTo("unknown field: is_root");
    String first = body.substring(1).split(",", -1)[0].replace("}", "");
    refused(root.send(method, path, "{" + first + "," + body.substring(1)), 400);
    assertThat(state()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("validBodies")
  void body_ofAnotherType_is415(String method, String path, String body) throws Exception {
    for (String type :
        List.of(
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "text/plain",
            "text/json",
            "application/json; charset=utf-16",
            "application/json-patch+json",
            "*/*",
            ";")) {
      refused(
          root.send(
              root.request(path)
                  .header("Content-Type", type)
                  .method(method, BodyPublishers.ofString(body))),
          415);
    }
    refused(root.send(root.request(path).method(method, BodyPublishers.ofString(body))), 415);
  }

  @Test
  void body_jsonWithUtf8Named_isTaken() throws Exception {
    Reply reply =
        root.send(
            root.request("/api/auth/login")
                .header("Content-Type", "Application/JSON; Charset=UTF-8")
                .POST(BodyPublishers.ofString("{\"username\":\"user\"}")));
    assertThat(reply.error()).isEqualTo("field password is missing");
  }

  @Test
  void body_tooLarge_is413WhetherItsLengthIsToldOrNot() throws Exception {
    byte[] large = new byte[Requests.MAX_BODY_BYTES + 1];
    Arrays.fill(large, (byte) ' ');
    refused(root.send("POST", "/api/auth/login", large), 413);
    refused(
        root.send(
            root.request("/api/auth/login")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large)))),
        413);
    byte[] largest = Arrays.copyOf(large, Requests.MAX_BODY_BYTES);
    largest[0] = '{';
    largest[1] = '}';
    refused(root.send("POST", "/api/auth/login", largest), 400);
  }

  @Test
  void body_whereNoneBelongs_isRefusedUnlessEmpty() throws Exception {
    refused(root.send("DELETE", "/api/users/999", "{\"id\":1}"), 400);
    refused(root.send("DELETE", "/api/users/999", "{}"), 404);
    refused(root.send("DELETE", "/api/users/999", "["), 400);
  }

  @Test
  void body_nestedDeeplyOrFullOfNumbers_is400() throws Exception {
    for (String json :
        List.of(
            "[".repeat(60_000),
            "{\"a\":".repeat(10_000),
            "{\"service_id\":" + "9".repeat(60_000) + "}",
            "{\"service_id\":1e" + "9".repeat(40) + "}",
            "{\"service_id\":0." + "0".repeat(50_000) + "1}",
            "{\"service_id\":9223372036854775808}",
            "{\"service_id\":18446744073709551617}")) {
      refused(root.send("POST", "/api/me/selected", json), 400);
    }
  }

  @Test
  void body_notUtf8_is400() throws Exception {
    for (String bytes : List.of("\u00ff", "\u00c0\u00af", "\u00ed\u00a0\u0080", "\u00e2\u0082")) {
      byte[] body = ("{\"name\":\"" + bytes + "\"}").getBytes(ISO_8859_1);
      refused(root.send("POST", "/api/roles", body), 400);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//api/users",
        "/api//users",
        "/api/./users",
        "/api/../api/users",
        "/api/%2e%2e/api/users",
        "/%2e/api/users",
        "/api%2fusers",
        "/api%2Fusers",
        "/api/users%2f",
        "/api/users/",
        "/api/users;x=1",
        "/api/users%00",
        "/api/users%0a",
        "/api/users%",
        "/api/users%zz",
        "/api/users%u0041",
        "/API/users",
        "/api/users\\..\\",
        "/api/us%c0%aers",
        "/assets/../api/users",
        "/assets/",
        "/assets/%2e%2e%2faegis.db",
        "/assets/..%5c..%5cetc/passwd",
        "/etc/passwd",
        "/webjars/htmx.org/2.0.10/dist/htmx.js",
        "/META-INF/MANIFEST.MF",
        "/.git/config",
        "*",
        "http://localhost/api/users/",
        "/api/roles/1%2f2/services"
      })
  void path_withAnotherReading_isNoPath(String path) throws Exception {
    String answer =
        raw.request("GET " + path + " HTTP/1.1", "Authorization: Bearer " + root.cookie("token"));
    assertThat(RawHttps.status(answer)).as(answer).isIn(400, 404);
    refusedRaw(answer, RawHttps.status(answer));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-1",
        "abc",
        "1.0",
        "1e3",
        "99999999999999999999",
        "%31x",
        "1%20",
        "٣",
        "1,2"
      })
  void path_idThatIsNone_is400(String id) throws Exception {
    String encoded = java.net.URLEncoder.encode(id, UTF_8).replace("%25", "%");
    refused(root.get("/api/roles/" + encoded + "/services"), 400);
    refused(root.send("DELETE", "/api/users/" + encoded), 400);
  }

  @Test
  void path_unknown_is404AndMethodUnknown405() throws Exception {
    refused(root.get("/api/nothing"), 404);
    refused(root.send("POST", "/nothing", "{}"), 404);
    for (String method : List.of("PATCH", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND")) {
      Reply reply = root.send(method, "/api/roles");
      refused(reply, 405);
      assertThat(reply.header("Allow")).contains("GET").contains("POST");
    }
  }

  @Test
  void head_asksAsGetDoes() throws Exception {
    assertThat(root.send("HEAD", "/api/users").status()).isEqualTo(200);
    try (Browser stranger = server.browser()) {
      assertThat(stranger.send("HEAD", "/api/users").status()).isEqualTo(401);
    }
  }

  @Test
  void headers_tooLarge_is431() throws Exception {
    refusedRaw(raw.request("GET /healthz HTTP/1.1", "X-Fill: " + "x".repeat(9_000)), 431);
    String[] many = new String[2_000];
    Arrays.fill(many, "X-Y: zzzz");
    refusedRaw(raw.request("GET /healthz HTTP/1.1", many), 431);
    String answer = raw.request("GET /" + "x".repeat(9_000) + " HTTP/1.1");
    assertThat(RawHttps.status(answer)).isIn(414, 431);
  }

  static Stream<String> smuggling() {
    String head = "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    String json = "Content-Type: application/json\r\n";
    return Stream.of(
        head + json + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        head + json + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        head + json + "Content-Length: -1\r\n\r\n{}",
        head + json + "Content-Length: 0x2\r\n\r\n{}",
        head + json + "Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        head + json + "Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n",
        head + json + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}",
        head + " folded: x\r\n\r\n",
        head + "Bad Header: x\r\n\r\n",
        head + "No-Colon\r\n\r\n",
        head + "X: a\u0000b\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
        "GET /healthz HTTP/9.9\r\nHost: a\r\n\r\n",
        "GET  /healthz\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  }

  @ParameterizedTest
  @MethodSource("smuggling")
  void framing_withTwoReadings_isRefusedAndTheConnectionClosed(String request) throws Exception {
    String answer = raw.exchange(request);
    assertThat(RawHttps.status(answer)).as(answer).isIn(0, 400, 415, 426, 505);
    assertThat(answer).doesNotContain("at org.", "Exception");
    // One answer at most: nothing of the body was taken for a second request.
    assertThat(answer.split("HTTP/1.1 ", -1)).hasSizeLessThanOrEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Basic cm9vdDpyb290",
        "Bearer",
        "Bearer ",
        "Bearer a b",
        "Bearer \u00ff\u00fe",
        "x"
      })
  void authorization_thatIsNone_is401(String value) throws Exception {
    refusedRaw(raw.request("GET /api/auth/me HTTP/1.1", "Authorization: " + value), 401);
  }

  @Test
  void cookies_oddOnes_doNoHarm() throws Exception {
    for (String cookie :
        List.of(
            "token=",
            "token",
            "=x",
            "token=\"",
            "token=a;token=b",
            "$Version=1; token=x",
            ";;;",
            "token=" + "x".repeat(4_000),
            "t\u00f6ken=1; token=\u00ff")) {
      refusedRaw(raw.request("GET /api/auth/me HTTP/1.1", "Cookie: " + cookie), 401);
    }
  }
}
