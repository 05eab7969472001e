package io.aegis.server.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.aegis.server.controller.Activation;
import io.aegis.server.controller.CatalogService;
import io.aegis.server.identity.Role;
import io.aegis.server.identity.User;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** What the things of the controller look like in version 1, field by field. */
final class Json {

  /** The fields of a role that nobody can set. */
  static final Set<String> ROLE_READ_ONLY = Set.of("id");

  /** The fields of a service that nobody can set. */
  static final Set<String> SERVICE_READ_ONLY = Set.of("id", "ip", "port", "created_at");

  /** The fields of a service that an assignment may repeat beside {@code service_id}. */
  static final Set<String> SERVICE_FIELDS =
      Set.of(
          "id",
          "name",
          "hostname",
          "ip",
          "port",
          "description",
          "created_at",
          "protocol",
          "idle_limit_seconds",
          "hard_limit_seconds",
          "time_left",
          "updated_at");

  private Json() {}

  static <T> ArrayNode list(List<T> things, Function<T, ObjectNode> form) {
    ArrayNode array = StrictJson.array();
    things.forEach(thing -> array.add(form.apply(thing)));
    return array;
  }

  static ObjectNode of(Role role) {
    return StrictJson.object()
        .put("id", role.id())
        .put("name", role.name())
        .put("description", role.description());
  }

  static ObjectNode of(User user) {
    return StrictJson.object()
        .put("id", user.id())
        .put("username", user.username())
        .put("role_id", user.roleId())
        .put("is_active", user.isActive());
  }

  static ObjectNode of(CatalogService service) {
    ObjectNode json =
        StrictJson.object()
            .put("id", service.id())
            .put("name", service.name())
            .put("hostname", service.spec().hostname())
            .put("ip", service.ip().toString())
            .put("port", service.port())
            .put("description", service.spec().description())
            .put("created_at", service.createdAt().toString())
            .put("protocol", service.spec().protocol().toString());
    Duration idle = service.spec().idleLimit();
    if (idle == null) {
      json.putNull("idle_limit_seconds");
    } else {
      json.put("idle_limit_seconds", idle.toSeconds());
    }
    return json.put("hard_limit_seconds", service.spec().hardLimit().toSeconds());
  }

  static ObjectNode of(Activation activation) {
    return of(activation.service())
        .put("time_left", activation.timeLeft().toSeconds())
        .put("updated_at", activation.updatedAt().toString());
  }
}
