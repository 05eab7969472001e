package io.aegis.server.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/** Somebody at the server over real HTTPS: keeps cookies, follows no redirect by itself. */
final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final CookieManager cookies = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
  private final URI base;
  private final HttpClient client;

  Browser(URI base, SSLContext tls) {
    this.base = base;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .cookieHandler(cookies)
            .connectTimeout(Duration.ofSeconds(5))
            .sslContext(tls)
            .build();
  }

  /** What came back. */
  record Reply(int status, String text, HttpResponse<String> response) {
    JsonNode json() throws IOException {
      return JSON.readTree(text);
    }

    String error() throws IOException {
      return json().path("error").asText();
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    List<String> headers(String name) {
      return response.headers().allValues(name);
    }

    /** The mark of the page's forms. */
    String csrf() {
      Matcher mark = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"").matcher(text);
      if (!mark.find()) {
        throw new AssertionError("no form on the page: " + text);
      }
      return mark.group(1);
    }
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(20));
  }

  Reply send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
    return new Reply(response.statusCode(), response.body(), response);
  }

  Reply get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  Reply send(String method, String path) throws IOException, InterruptedException {
    return send(request(path).method(method, BodyPublishers.noBody()));
  }

  Reply send(String method, String path, String json) throws IOException, InterruptedException {
    return send(method, path, json.getBytes(UTF_8));
  }

  Reply send(String method, String path, byte[] json) throws IOException, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofByteArray(json)));
  }

  /** Sends a form as a page does. */
  Reply submit(String path, Map<String, String> fields) throws IOException, InterruptedException {
    String body =
        fields.entrySet().stream()
            .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), UTF_8))
            .collect(Collectors.joining("&"));
    return send(
        request(path)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(body)));
  }

  Browser login(String username, String password) throws IOException, InterruptedException {
    Reply reply =
        send(
            "POST",
            "/api/auth/login",
            JSON.createObjectNode().put("username", username).put("password", password).toString());
    if (reply.status() != 200) {
      throw new AssertionError("login as " + username + ": " + reply.status() + reply.text());
    }
    return this;
  }

  /** Returns the value of a cookie that is kept. */
  String cookie(String name) {
    return cookies.getCookieStore().getCookies().stream()
        .filter(cookie -> cookie.getName().equals(name))
        .map(HttpCookie::getValue)
        .findFirst()
        .orElse("");
  }

  /** Puts a cookie into the jar, as if the server had set it. */
  void keep(String name, String value) {
    HttpCookie cookie = new HttpCookie(name, value);
    cookie.setPath("/");
    cookie.setVersion(0);
    cookie.setSecure(true);
    cookies.getCookieStore().add(base, cookie);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
