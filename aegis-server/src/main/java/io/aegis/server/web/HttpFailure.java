package io.aegis.server.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.aegis.server.identity.ControllerException;
import io.aegis.server.store.StoreException;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request that gets an error answer. The message is shown to the client, so it says what is wrong
 * with the request and nothing about the inside of the server.
 */
final class HttpFailure extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(HttpFailure.class);

  private final int status;
  private final transient Map<String, String> headers;
  private final transient Map<String, String> details;

  private HttpFailure(
      int status, String message, Map<String, String> headers, Map<String, String> details) {
    // No stack trace: this is an answer, made for strangers as often as they ask.
    super(message, null, false, false);
    this.status = status;
    this.headers = Map.copyOf(headers);
    this.details = Map.copyOf(details);
  }

  HttpFailure(int status, String message) {
    this(status, message, Map.of(), Map.of());
  }

  static HttpFailure badRequest(String message) {
    return new HttpFailure(400, message);
  }

  /** The caller is not logged in, or no longer. */
  static HttpFailure unauthorized(String message) {
    return new HttpFailure(401, message, Map.of("WWW-Authenticate", "Bearer"), Map.of());
  }

  static HttpFailure forbidden(String message) {
    return new HttpFailure(403, message);
  }

  static HttpFailure methodNotAllowed(String allowed) {
    return new HttpFailure(
        405, "this path knows only " + allowed, Map.of("Allow", allowed), Map.of());
  }

  /** Returns what a refusal of the controller becomes: the only place a kind becomes a status. */
  static HttpFailure of(ControllerException e) {
    int status =
        switch (e.kind()) {
          case INVALID -> 400;
          case UNAUTHENTICATED -> 401;
          case FORBIDDEN -> 403;
          case NOT_FOUND -> 404;
          case CONFLICT -> 409;
          case LOCKED_OUT -> 429;
          case UNAVAILABLE -> 503;
          case INTERNAL -> 500;
        };
    if (status == 500) {
      return internal(e);
    }
    Map<String, String> headers = new HashMap<>();
    if (status == 401) {
      headers.put("WWW-Authenticate", "Bearer");
    }
    e.retryAfter().ifPresent(wait -> headers.put("Retry-After", "" + wait.toSeconds()));
    Map<String, String> details = new HashMap<>();
    e.closesBy().ifPresent(time -> details.put("closes_by", time.toString()));
    return new HttpFailure(status, messageOf(e), headers, details);
  }

  /** Whether what was asked for is recorded, and merely not closed everywhere yet. */
  boolean isRecorded() {
    return details.containsKey("closes_by");
  }

  /** Returns the answer to a flaw of ours; the cause goes to the log and nowhere else. */
  static HttpFailure internal(Throwable cause) {
    LOG.error("request failed", cause);
    return new HttpFailure(500, "internal error: the server's log has the cause");
  }

  /** Returns the answer to storage that fails; the operator's part goes to the log. */
  static HttpFailure of(StoreException e) {
    if (e.kind() != StoreException.Kind.UNAVAILABLE) {
      return internal(e);
    }
    LOG.error("request refused for want of storage", e);
    return new HttpFailure(
        503, "the server cannot reach its storage: nothing was changed, try again later");
  }

  static String messageOf(Throwable e) {
    String message = e.getMessage();
    return message == null ? "" : message;
  }

  int status() {
    return status;
  }

  /** Returns the headers that belong to the answer. */
  Map<String, String> headers() {
    return headers;
  }

  /** Returns the body of the answer. */
  ObjectNode toJson() {
    ObjectNode json = StrictJson.object().put("error", messageOf(this));
    details.forEach((name, value) -> json.put(name, value));
    return json;
  }
}
