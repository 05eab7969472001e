package io.aegis.server.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aegis.api.IpAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A person at the controller's REST API, over HTTPS, optionally from inside a namespace. Cookies
 * are kept. Safe for any number of threads; requests go out one after the other.
 */
public final class Portal implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI base;
  private final ExecutorService threads;
  private final HttpClient client;

  private Portal(URI base, ExecutorService threads, HttpClient client) {
    this.base = base;
    this.threads = threads;
    this.client = client;
  }

  /**
   * Opens the portal from inside a namespace.
   *
   * @param namespace where the person is
   * @param base the controller's address, for example {@code https://10.77.2.5:8443}
   * @param authority the certificate of its authority, in PEM
   * @return the portal; nothing is sent yet
   */
  public static Portal from(NetworkNamespace namespace, URI base, Path authority) {
    return open(base, authority, () -> SetNamespace.enter(namespace.path()), Optional.empty());
  }

  /**
   * Opens the portal from one of this machine's own addresses.
   *
   * @param base the controller's address
   * @param authority the certificate of its authority, in PEM
   * @param source the address to come from
   * @return the portal; nothing is sent yet
   */
  public static Portal local(URI base, Path authority, IpAddress source) {
    return open(base, authority, () -> {}, Optional.of(source));
  }

  private static Portal open(URI base, Path authority, Runnable enter, Optional<IpAddress> source) {
    // Every thread that may open a socket enters the namespace first.
    ExecutorService threads =
        Executors.newCachedThreadPool(work ->
            Thread.ofPlatform()
                .name("portal")
                .daemon()
                .unstarted(() -> {
                  enter.run();
                  work.run();
                }));
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .cookieHandler(new CookieManager())
            .connectTimeout(Duration.ofSeconds(3))
            .sslContext(trusting(authority))
            .executor(threads);
    source.ifPresent(address -> builder.localAddress(address.toInetAddress()));
    return new Portal(base, threads, builder.build());
  }

  private static SSLContext trusting(Path authority) {
    try (InputStream pem = Files.newInputStream(authority)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry(
          "aegis", CertificateFactory.getInstance("X.509").generateCertificate(pem));
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new LabException("cannot trust the certificate in " + authority + ": " + e, e);
    }
  }

  /**
   * An answer.
   *
   * @param status the HTTP status
   * @param text the body
   */
  public record Answer(int status, String text) {
    /**
     * Returns the body as JSON.
     *
     * @return the tree
     * @throws LabException if it is not JSON
     */
    public JsonNode json() {
      try {
        return JSON.readTree(text);
      } catch (IOException e) {
        throw new LabException("the controller answered no JSON: " + text, e);
      }
    }

    /**
     * Returns this answer if it is a success.
     *
     * @param doing what was asked, for the message
     * @return this
     * @throws LabException if the status is not 2xx
     */
    public Answer orThrow(String doing) {
      if (status / 100 != 2) {
        throw new LabException(doing + " was answered with " + status + ": " + text);
      }
      return this;
    }
  }

  /**
   * Sends a request with a JSON body and waits for its answer.
   *
   * @param method for example {@code POST}
   * @param path for example {@code /api/me/selected}
   * @param body what becomes the JSON object; empty for no body
   * @return the answer
   * @throws LabException if none came
   */
  public Answer send(String method, String path, Map<String, ?> body) {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(10));
      if (body.isEmpty()) {
        request.method(method, BodyPublishers.noBody());
      } else {
        request
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
      }
      Future<HttpResponse<String>> answer =
          threads.submit(() -> client.send(request.build(), BodyHandlers.ofString()));
      HttpResponse<String> response = answer.get();
      return new Answer(response.statusCode(), response.body());
    } catch (IOException | java.util.concurrent.ExecutionException e) {
      throw new LabException(method + " " + base.resolve(path) + " got no answer: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while waiting for " + base.resolve(path), e);
    }
  }

  /** Ends all connections. */
  @Override
  public void close() {
    client.shutdownNow();
    threads.shutdownNow();
  }
}
