package io.aegis.server.web;

import java.nio.ByteBuffer;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers the requests that Jetty itself refuses, before any endpoint sees them: malformed, too
 * large or ambiguous ones. Says the status in words and nothing else: what went wrong inside is
 * nobody's business.
 */
final class JsonErrorHandler implements Request.Handler {

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    HttpFields.Mutable headers = response.getHeaders();
    SecurityHeaders.ALL.forEach((name, value) -> headers.put(name, value));
    if (HttpStatus.hasNoBody(status)) {
      callback.succeeded();
      return true;
    }
    byte[] body = StrictJson.write(StrictJson.object().put("error", message(status)));
    headers.put("Content-Type", "application/json");
    response.write(true, ByteBuffer.wrap(body), callback);
    return true;
  }

  private static final Map<Integer, String> MESSAGES =
      Map.of(
          400, "the request is malformed, or its path is ambiguous",
          408, "the request took too long",
          413, "the body is too large",
          414, "the path is too long",
          431, "the headers are too large");

  private static String message(int status) {
    return MESSAGES.getOrDefault(status, HttpStatus.getMessage(status));
  }
}
