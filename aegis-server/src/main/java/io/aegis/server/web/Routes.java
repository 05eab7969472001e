package io.aegis.server.web;

import com.google.inject.Inject;
import io.aegis.server.identity.Authority;
import io.aegis.server.identity.ControllerException;
import io.aegis.server.identity.Session;
import io.aegis.server.identity.Sessions;
import io.aegis.server.store.StoreException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All endpoints, and what happens to every request before and after one of them: who asks is found
 * out, whether they may is looked up, and every failure becomes an answer. Safe for any number of
 * threads.
 */
final class Routes {
  private final Sessions sessions;
  private final List<Endpoint> endpoints;

  @Inject
  Routes(Sessions sessions, Api api, Pages pages) {
    this.sessions = sessions;
    List<Endpoint> all = new ArrayList<>(api.endpoints());
    all.addAll(pages.endpoints());
    endpoints = List.copyOf(all);
  }

  List<Endpoint> endpoints() {
    return endpoints;
  }

  /** Makes every endpoint reachable. */
  void addTo(RoutesConfig routes) {
    for (Endpoint endpoint : endpoints) {
      routes.addHttpHandler(endpoint.method(), endpoint.path(), c -> serve(c, endpoint));
      if (endpoint.isSafe()) {
        // Else HEAD would be answered with 200 before anybody asked who is asking.
        routes.addHttpHandler(HandlerType.HEAD, endpoint.path(), c -> serve(c, endpoint));
      }
    }
    routes.exception(HttpResponseException.class, (e, c) -> send(c, Answer.failure(unrouted(e))));
    routes.exception(HttpFailure.class, (e, c) -> send(c, Answer.failure(e)));
    routes.exception(Exception.class, (e, c) -> send(c, Answer.failure(HttpFailure.internal(e))));
  }

  private void serve(Context context, Endpoint endpoint) {
    send(context, answer(context, endpoint));
  }

  private Answer answer(Context context, Endpoint endpoint) {
    try {
      if (!endpoint.isSafe()) {
        Requests.requireSameOrigin(context.req());
      }
      return endpoint.work().answer(new Call(context, admit(context, endpoint)));
    } catch (HttpFailure e) {
      return endpoint.failures().answer(e);
    } catch (ControllerException e) {
      return endpoint.failures().answer(HttpFailure.of(e));
    } catch (StoreException e) {
      return endpoint.failures().answer(HttpFailure.of(e));
    } catch (RuntimeException e) {
      return endpoint.failures().answer(HttpFailure.internal(e));
    }
  }

  private @Nullable Session admit(Context context, Endpoint endpoint) {
    Authority.Action needs = endpoint.needs();
    if (needs == null) {
      return null;
    }
    String token =
        Requests.accessToken(context.req())
            .orElseThrow(() -> HttpFailure.unauthorized("not logged in"));
    Session session = sessions.authenticate(token);
    Authority.require(session, needs);
    return session;
  }

  // A path or method that no endpoint has.
  private static HttpFailure unrouted(HttpResponseException e) {
    if (e.getStatus() == 405) {
      return HttpFailure.methodNotAllowed(String.join(", ", e.getDetails().values()));
    }
    return e.getStatus() == 404
        ? new HttpFailure(404, "there is no such path")
        : new HttpFailure(e.getStatus(), HttpFailure.messageOf(e));
  }

  private static void send(Context context, Answer answer) {
    context.status(answer.status()).contentType(answer.contentType());
    SecurityHeaders.ALL.forEach(context::header);
    for (Answer.Header header : answer.headers()) {
      if (header.name().equals("Set-Cookie")) {
        context.res().addHeader(header.name(), header.value());
      } else {
        context.header(header.name(), header.value());
      }
    }
    context.result(answer.body());
  }
}
