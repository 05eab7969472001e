package io.aegis.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A user's HTTPS client with a cookie jar, that believes the CA of one controller alone. */
final class Client implements AutoCloseable {
  private final HttpClient http;
  private final String url;

  /** Makes a client of the controller at {@code url} whose data are in {@code data}. */
  Client(String url, Path data) throws IOException {
    this.url = url;
    this.http =
        HttpClient.newBuilder()
            .cookieHandler(new CookieManager())
            .sslContext(trusting(data.resolve("pki").resolve("ca.crt")))
            .build();
  }

  /** Asks, and returns {@code status body}. */
  String get(String path) throws IOException, InterruptedException {
    return send(request(path).GET());
  }

  /** Sends JSON, and returns {@code status body}. */
  String post(String path, String json) throws IOException, InterruptedException {
    return send(request(path).POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  /** Deletes, and returns {@code status body}. */
  String delete(String path) throws IOException, InterruptedException {
    return send(request(path).DELETE());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path))
        .header("Content-Type", "application/json");
  }

  private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    return response.statusCode() + " " + response.body();
  }

  private static SSLContext trusting(Path ca) throws IOException {
    try (InputStream certificate = Files.newInputStream(ca)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(certificate));
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
