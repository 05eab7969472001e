package io.aegis.server.cli;

import io.aegis.server.config.Setting;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Short options for keys of a controller. */
final class ControllerOptions {

  @Option(
      names = "--data",
      paramLabel = "DIRECTORY",
      description = "Where the database and keys are (data.directory).")
  private @Nullable String data;

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS:PORT",
      description = "Where pages and REST are served (web.listen).")
  private @Nullable String listen;

  List<Setting> settings() {
    var settings = new ArrayList<Setting>();
    if (data != null) {
      settings.add(ConfigOptions.path("data.directory", data, "--data"));
    }
    if (listen != null) {
      settings.add(new Setting("web.listen", listen, "--listen"));
    }
    return settings;
  }
}
