package io.aegis.server.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aegis.api.IpAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.CookieManager;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A person at the controller's REST API, over HTTPS, optionally from inside a namespace. Cookies
 * are kept, and so is the connection. Safe for any number of threads; requests go out one after the
 * other.
 *
 * <p>The plain old connection of the platform: all of a request happens on one thread, so that what
 * is measured is the controller and the gateway, not a client handing work around.
 */
public final class Portal implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(3);
  private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(10);

  private final URI base;
  private final ExecutorService thread;
  private final SSLSocketFactory sockets;
  private final CookieManager cookies = new CookieManager();
  private @Nullable HttpsURLConnection last;

  private Portal(URI base, ExecutorService thread, SSLSocketFactory sockets) {
    this.base = base;
    this.thread = thread;
    this.sockets = sockets;
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
    // The thread that opens sockets enters the namespace first.
    ExecutorService thread =
        Executors.newSingleThreadExecutor(work ->
            Thread.ofPlatform()
                .name("portal")
                .daemon()
                .unstarted(() -> {
                  enter.run();
                  work.run();
                }));
    SSLSocketFactory sockets = trusting(authority).getSocketFactory();
    return new Portal(
        base,
        thread,
        source
            .<SSLSocketFactory>map(address -> new SocketsFrom(address.toInetAddress(), sockets))
            .orElse(sockets));
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
    URI to = base.resolve(path);
    try {
      return thread.submit(() -> exchange(method, to, body)).get();
    } catch (ExecutionException e) {
      throw new LabException(method + " " + to + " got no answer: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while waiting for " + to, e);
    }
  }

  private Answer exchange(String method, URI to, Map<String, ?> body) throws IOException {
    var connection = (HttpsURLConnection) to.toURL().openConnection();
    last = connection;
    connection.setSSLSocketFactory(sockets);
    connection.setConnectTimeout((int) CONNECT_PATIENCE.toMillis());
    connection.setReadTimeout((int) ANSWER_PATIENCE.toMillis());
    connection.setRequestMethod(method);
    List<String> known = cookies.get(to, Map.of()).getOrDefault("Cookie", List.of());
    if (!known.isEmpty()) {
      connection.setRequestProperty("Cookie", String.join("; ", known));
    }
    if (!body.isEmpty()) {
      connection.setDoOutput(true);
      connection.setRequestProperty("Content-Type", "application/json");
      connection.getOutputStream().write(JSON.writeValueAsBytes(body));
    }
    int status = connection.getResponseCode();
    cookies.put(to, connection.getHeaderFields());
    InputStream answer = status >= 400 ? connection.getErrorStream() : connection.getInputStream();
    // Read to its end, or the connection is not used again.
    byte[] text = answer == null ? new byte[0] : answer.readAllBytes();
    return new Answer(status, new String(text, StandardCharsets.UTF_8));
  }

  /** Ends all connections. */
  @Override
  public void close() {
    thread.execute(() -> {
      if (last != null) {
        last.disconnect(); // a socket left open would keep the namespace
      }
    });
    thread.close();
  }
}
