package io.aegis.server.web;

import com.google.inject.Inject;
import java.util.List;
import java.util.stream.Stream;

/** All of REST version 1, and whether the server is alive. */
final class Api {
  private final List<Endpoint> endpoints;

  @Inject
  Api(AuthApi auth, AccountsApi accounts, CatalogApi catalog, MeApi me) {
    endpoints =
        Stream.of(
                auth.endpoints(),
                accounts.endpoints(),
                catalog.endpoints(),
                me.endpoints(),
                List.of(Endpoint.get("/healthz", null, _ -> Answer.sentence("ok"))))
            .flatMap(List::stream)
            .toList();
  }

  List<Endpoint> endpoints() {
    return endpoints;
  }
}
