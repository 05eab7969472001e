package io.aegis.examples.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.aegis.api.IpAddress;
import io.aegis.policy.Assurance;
import io.aegis.policy.Authentication;
import io.aegis.policy.Decision;
import io.aegis.policy.Principal;
import io.aegis.policy.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Where users log in, open services and log out, over HTTP: {@code POST /login}, {@code POST
 * /open/SERVICE}, {@code POST /logout}, each with {@code Authorization: Bearer TOKEN}. {@code
 * /policy} tells everybody which version is in force.
 */
final class Portal {

  /** Who is logged in, from where, since when. */
  private record Session(Principal principal, IpAddress address, Instant end) {}

  private record Answer(int status, String text) {}

  private static final Duration LONGEST_SESSION = Duration.ofHours(8);

  private final Users users;
  private final Gateway gateway;
  private final InstantSource clock;
  private final Consumer<String> tell;
  private final Map<String, Session> sessions = new ConcurrentHashMap<>();

  Portal(Users users, Gateway gateway, InstantSource clock, Consumer<String> tell) {
    this.users = users;
    this.gateway = gateway;
    this.clock = clock;
    this.tell = tell;
  }

  void serve(HttpServer server) {
    server.createContext("/", this::handle);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer = answer(exchange);
      byte[] body = (answer.text() + "\n").getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      exchange.sendResponseHeaders(answer.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private Answer answer(HttpExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    Optional<Users.User> user =
        Optional.ofNullable(header)
            .filter(value -> value.startsWith("Bearer "))
            .flatMap(value -> users.authenticate(value.substring("Bearer ".length())));
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/policy")) {
      return new Answer(200, "version " + gateway.policy().version());
    }
    if (user.isEmpty()) {
      return new Answer(401, "nobody has this token");
    }
    if (!exchange.getRequestMethod().equals("POST")) {
      return new Answer(405, "use POST");
    }
    // The address is that of the connection: what a header says anybody can say.
    IpAddress address = IpAddress.of(exchange.getRemoteAddress().getAddress());
    if (path.equals("/login")) {
      return logIn(user.get(), address);
    }
    if (path.equals("/logout")) {
      return logOut(user.get());
    }
    return path.startsWith("/open/")
        ? open(user.get(), address, path.substring("/open/".length()))
        : new Answer(404, "there is /login, /open/SERVICE and /logout");
  }

  private Answer logIn(Users.User user, IpAddress address) {
    Instant now = clock.instant();
    Gateway.Closed closed = gateway.logOut(user.id()); // of an earlier session
    var authentication = new Authentication(Set.of("token"), now);
    Principal principal = Principal.of(user.id(), user.roles(), authentication);
    sessions.put(user.id(), new Session(principal, address, now.plus(LONGEST_SESSION)));
    tell.accept(user.id() + " logged in from " + address);
    return new Answer(200, "logged in" + (closed.grants() == 0 ? "" : " anew; closed: " + closed));
  }

  private Answer logOut(Users.User user) {
    sessions.remove(user.id());
    Gateway.Closed closed = gateway.logOut(user.id());
    tell.accept(user.id() + " logged out; closed: " + closed);
    return new Answer(200, "logged out; closed: " + closed);
  }

  private Answer open(Users.User user, IpAddress address, String serviceId) {
    Session session = sessions.get(user.id());
    if (session == null || !session.address().equals(address)) {
      return new Answer(403, user.id() + " is not logged in from " + address);
    }
    var source = new Source(address, Assurance.IP);
    Decision decision = gateway.open(session.principal(), source, serviceId, session.end());
    // A log-out may have come in between; whoever is not logged in has nothing open.
    if (!session.equals(sessions.get(user.id()))) {
      gateway.logOut(user.id());
      return new Answer(403, user.id() + " is not logged in any more");
    }
    return switch (decision) {
      case Decision.Permit permit ->
          new Answer(
              200, "open until " + permit.grantExpiry(clock.instant()) + ": " + permit.text());
      case Decision.Deny deny -> new Answer(403, deny.text());
    };
  }
}
