package io.aegis.server.web;

import com.google.inject.Inject;
import io.aegis.server.controller.Activations;
import io.aegis.server.identity.Authority.Action;
import java.util.List;
import java.util.Set;

/** What the one who asks may reach, and has open. */
final class MeApi {
  private final Activations activations;

  @Inject
  MeApi(Activations activations) {
    this.activations = activations;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/api/me/services", Action.USE_SERVICES, this::services),
        Endpoint.get("/api/me/selected", Action.USE_SERVICES, this::selected),
        Endpoint.post("/api/me/selected", Action.USE_SERVICES, this::activate),
        Endpoint.delete("/api/me/selected/{svc_id}", Action.USE_SERVICES, this::deactivate));
  }

  private Answer services(Call call) {
    return Answer.json(200, Json.list(activations.available(call.session()), Json::of));
  }

  private Answer selected(Call call) {
    return Answer.json(200, Json.list(activations.selected(call.session()), Json::of));
  }

  private Answer activate(Call call) {
    JsonBody body = call.body(Set.of("service_id"), Json.SERVICE_FIELDS);
    activations.activate(call.session(), body.id("service_id"), call.source());
    return Answer.sentence("Service activated.");
  }

  private Answer deactivate(Call call) {
    call.noBody();
    activations.deactivate(call.session(), call.id("svc_id"));
    return Answer.sentence("Service deactivated.");
  }
}
