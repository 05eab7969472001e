package io.aegis.server.web;

import io.aegis.api.IpAddress;
import io.aegis.server.identity.Session;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One request at one endpoint, after the table let it in. Used by one thread. */
final class Call {
  private static final int MAX_ID_DIGITS = 18;

  private final Context context;
  private final @Nullable Session session;

  Call(Context context, @Nullable Session session) {
    this.context = context;
    this.session = session;
  }

  /**
   * Returns whose request it is.
   *
   * @throws IllegalStateException if the endpoint is open to anyone
   */
  Session session() {
    if (session == null) {
      throw new IllegalStateException("this endpoint asks for no session: " + context.path());
    }
    return session;
  }

  IpAddress source() {
    return Requests.source(context.req());
  }

  Optional<String> cookie(String name) {
    return Cookies.read(context.req(), name);
  }

  Optional<String> accessToken() {
    return Requests.accessToken(context.req());
  }

  /**
   * Returns an id in the path.
   *
   * @throws HttpFailure 400 if it is no whole number of at least 1
   */
  long id(String name) {
    String text = context.pathParam(name);
    boolean digits = text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (digits && !text.isEmpty() && text.length() <= MAX_ID_DIGITS) {
      long id = Long.parseLong(text);
      if (id >= 1) {
        return id;
      }
    }
    throw HttpFailure.badRequest("the id in the path must be a whole number of at least 1");
  }

  /**
   * Reads the body as a JSON object.
   *
   * @param fields the fields it may have
   * @param readOnly further fields, which an answer has and a request may repeat
   * @throws HttpFailure 400, 413 or 415
   */
  JsonBody body(Set<String> fields, Set<String> readOnly) {
    byte[] body = Requests.body(context, "application/json");
    return JsonBody.of(StrictJson.readObject(body), fields, readOnly);
  }

  /**
   * Makes sure that nothing is asked beyond the path: no body, or an empty object.
   *
   * @throws HttpFailure 400, 413 or 415
   */
  void noBody() {
    byte[] body = Requests.body(context, "application/json");
    if (body.length > 0) {
      JsonBody.of(StrictJson.readObject(body), Set.of(), Set.of());
    }
  }

  /**
   * Reads the body as a form.
   *
   * @throws HttpFailure 400, 413 or 415
   */
  Form form() {
    return Form.parse(Requests.body(context, "application/x-www-form-urlencoded"));
  }
}
