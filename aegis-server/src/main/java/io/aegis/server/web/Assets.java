package io.aegis.server.web;

import com.google.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * The files that pages load: these and no others, read once at the start, so that no path of a
 * request ever becomes a path of a file. Safe for any number of threads.
 */
final class Assets {
  private static final Map<String, String> RESOURCES =
      Map.of(
          "aegis.css", "/public/aegis.css",
          "aegis.svg", "/public/aegis.svg",
          "pico.min.css", "/META-INF/resources/webjars/picocss__pico/2.1.1/css/pico.min.css",
          "htmx.min.js", "/META-INF/resources/webjars/htmx.org/2.0.10/dist/htmx.min.js");

  @Inject
  Assets() {}

  List<Endpoint> endpoints() {
    return RESOURCES.entrySet().stream().map(Assets::endpoint).toList();
  }

  private static Endpoint endpoint(Map.Entry<String, String> resource) {
    // An hour: long enough for a visit, short enough after an upgrade of the server.
    Answer answer =
        new Answer(200, type(resource.getKey()), read(resource.getValue()), List.of())
            .with("Cache-Control", "public, max-age=3600");
    return Endpoint.get("/assets/" + resource.getKey(), null, _ -> answer);
  }

  private static String type(String name) {
    if (name.endsWith(".css")) {
      return "text/css; charset=utf-8";
    }
    return name.endsWith(".js") ? "text/javascript; charset=utf-8" : "image/svg+xml";
  }

  private static byte[] read(String resource) {
    try (InputStream in = Assets.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + resource + ": build it anew");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + resource + " from the jar failed", e);
    }
  }
}
