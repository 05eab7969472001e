package io.aegis.server.web;

import com.google.inject.Inject;
import io.aegis.api.Protocol;
import io.aegis.server.controller.Catalog;
import io.aegis.server.controller.ServiceSpec;
import io.aegis.server.identity.Authority.Action;
import java.util.List;
import java.util.Set;

/** Services, and which roles and users have them. */
final class CatalogApi {
  private static final Set<String> SPEC_FIELDS =
      Set.of(
          "name",
          "hostname",
          "description",
          "protocol",
          "idle_limit_seconds",
          "hard_limit_seconds");

  private final Catalog catalog;

  @Inject
  CatalogApi(Catalog catalog) {
    this.catalog = catalog;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/api/services", Action.READ_SERVICES, this::services),
        Endpoint.post("/api/services", Action.MANAGE_SERVICES, this::create),
        Endpoint.put("/api/services/{id}", Action.MANAGE_SERVICES, this::update),
        Endpoint.delete("/api/services/{id}", Action.MANAGE_SERVICES, this::delete),
        Endpoint.get("/api/roles/{id}/services", Action.MANAGE_ROLE_SERVICES, this::roleServices),
        Endpoint.post(
            "/api/roles/{id}/services", Action.MANAGE_ROLE_SERVICES, this::addRoleService),
        Endpoint.delete(
            "/api/roles/{id}/services/{svc_id}",
            Action.MANAGE_ROLE_SERVICES,
            this::removeRoleService),
        Endpoint.get("/api/users/{id}/services", Action.MANAGE_USERS, this::userServices),
        Endpoint.post("/api/users/{id}/services", Action.MANAGE_USERS, this::addUserService),
        Endpoint.delete(
            "/api/users/{id}/services/{svc_id}", Action.MANAGE_USERS, this::removeUserService));
  }

  private Answer services(Call call) {
    return Answer.json(200, Json.list(catalog.services(), Json::of));
  }

  private Answer create(Call call) {
    JsonBody body = call.body(SPEC_FIELDS, Json.SERVICE_READ_ONLY);
    ServiceSpec spec = spec(body, ServiceSpec.tcp("", "", ""));
    return Answer.json(201, Json.of(catalog.create(call.session(), spec)));
  }

  private Answer update(Call call) {
    long id = call.id("id");
    JsonBody body = call.body(SPEC_FIELDS, Json.SERVICE_READ_ONLY);
    ServiceSpec spec = spec(body, present(id));
    return Answer.json(200, Json.of(catalog.update(call.session(), id, spec)));
  }

  private ServiceSpec present(long id) {
    return catalog.services().stream()
        .filter(service -> service.id() == id)
        .findAny()
        .orElseThrow(() -> new HttpFailure(404, "there is no service " + id))
        .spec();
  }

  // Scripts of version 1 name none of the last three: what they do not know stays as it was.
  private static ServiceSpec spec(JsonBody body, ServiceSpec before) {
    return new ServiceSpec(
        body.text("name"),
        body.text("hostname"),
        body.textOrEmpty("description"),
        body.has("protocol") ? protocol(body) : before.protocol(),
        body.has("idle_limit_seconds")
            ? body.secondsOrNull("idle_limit_seconds")
            : before.idleLimit(),
        body.has("hard_limit_seconds") ? body.seconds("hard_limit_seconds") : before.hardLimit());
  }

  private static Protocol protocol(JsonBody body) {
    try {
      return Protocol.parse(body.text("protocol"));
    } catch (IllegalArgumentException e) {
      throw HttpFailure.badRequest("field protocol must be \"tcp\" or \"udp\"");
    }
  }

  private Answer delete(Call call) {
    call.noBody();
    catalog.delete(call.session(), call.id("id"));
    return Answer.sentence("Service deleted.");
  }

  private Answer roleServices(Call call) {
    return Answer.json(200, Json.list(catalog.roleServices(call.id("id")), Json::of));
  }

  private Answer addRoleService(Call call) {
    JsonBody body = call.body(Set.of("service_id"), Json.SERVICE_FIELDS);
    catalog.addRoleService(call.session(), call.id("id"), body.id("service_id"));
    return Answer.sentence("Service added to the role.");
  }

  private Answer removeRoleService(Call call) {
    call.noBody();
    catalog.removeRoleService(call.session(), call.id("id"), call.id("svc_id"));
    return Answer.sentence("Service removed from the role.");
  }

  private Answer userServices(Call call) {
    return Answer.json(200, Json.list(catalog.userServices(call.id("id")), Json::of));
  }

  private Answer addUserService(Call call) {
    JsonBody body = call.body(Set.of("service_id"), Json.SERVICE_FIELDS);
    catalog.addUserService(call.session(), call.id("id"), body.id("service_id"));
    return Answer.sentence("Service added to the user.");
  }

  private Answer removeUserService(Call call) {
    call.noBody();
    catalog.removeUserService(call.session(), call.id("id"), call.id("svc_id"));
    return Answer.sentence("Service removed from the user.");
  }
}
