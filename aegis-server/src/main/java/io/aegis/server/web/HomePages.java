package io.aegis.server.web;

import com.google.inject.Inject;
import io.aegis.server.controller.Activation;
import io.aegis.server.controller.Activations;
import io.aegis.server.controller.CatalogService;
import io.aegis.server.identity.Authority.Action;
import io.aegis.server.identity.ControllerException;
import io.aegis.server.web.pages.ActiveRow;
import io.aegis.server.web.pages.HomePage;
import io.aegis.server.web.pages.ServiceRow;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The page on which one switches services on and off. */
final class HomePages {
  private final Activations activations;
  private final PageFrame frame;

  @Inject
  HomePages(Activations activations, PageFrame frame) {
    this.activations = activations;
    this.frame = frame;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/", Action.USE_SERVICES, call -> page(call, 200, "")),
        Endpoint.post("/activate", Action.USE_SERVICES, this::activate),
        Endpoint.post("/deactivate", Action.USE_SERVICES, this::deactivate));
  }

  private Answer activate(Call call) {
    Form form = call.form();
    frame.requireOurs(call.session(), form);
    long serviceId = form.id("service_id");
    return attempt(call, () -> activations.activate(call.session(), serviceId, call.source()));
  }

  private Answer deactivate(Call call) {
    Form form = call.form();
    frame.requireOurs(call.session(), form);
    long serviceId = form.id("service_id");
    return attempt(call, () -> activations.deactivate(call.session(), serviceId));
  }

  private Answer attempt(Call call, Runnable change) {
    try {
      change.run();
      return Answer.seeOther("/");
    } catch (ControllerException e) {
      if (e.kind() == ControllerException.Kind.UNAUTHENTICATED) {
        throw e;
      }
      HttpFailure why = HttpFailure.of(e);
      return page(call, why.status(), PageFrame.sentence(why));
    }
  }

  private Answer page(Call call, int status, String problem) {
    List<Activation> selected = activations.selected(call.session());
    Set<Long> open =
        selected.stream().map(active -> active.service().id()).collect(Collectors.toSet());
    HomePage page =
        new HomePage(
            frame.visitor(call.session()),
            selected.stream().map(HomePages::row).toList(),
            activations.available(call.session()).stream()
                .filter(service -> !open.contains(service.id()))
                .map(HomePages::row)
                .toList(),
            call.source().toString(),
            call.session().user().mustChangePassword(),
            problem);
    return Answer.html(status, frame.templates().render(page));
  }

  private static ActiveRow row(Activation active) {
    return new ActiveRow(
        row(active.service()), active.source().toString(), inWords(active.timeLeft()));
  }

  private static ServiceRow row(CatalogService service) {
    return new ServiceRow(
        service.id(), service.name(), service.spec().hostname(), service.spec().description());
  }

  /** Returns for example {@code 42 s}, {@code 3 min 20 s} or {@code 7 h 59 min}. */
  static String inWords(Duration time) {
    if (time.toHours() > 0) {
      return time.toHours() + " h " + time.toMinutesPart() + " min";
    }
    return time.toMinutes() > 0
        ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
        : time.toSeconds() + " s";
  }
}
