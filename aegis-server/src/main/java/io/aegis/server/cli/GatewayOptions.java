package io.aegis.server.cli;

import io.aegis.server.config.Setting;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Short options for keys of a gateway. */
final class GatewayOptions {

  @Option(
      names = "--interface",
      paramLabel = "NAME",
      description = "An interface to protect (agent.interface). May be given several times.")
  private List<String> interfaces = new ArrayList<>();

  @Option(
      names = "--enforcer",
      paramLabel = "NAME",
      description = "What enforces (agent.enforcer): xdp, or memory to try things out.")
  private @Nullable String enforcer;

  List<Setting> settings() {
    var settings = new ArrayList<Setting>();
    if (!interfaces.isEmpty()) {
      settings.add(Setting.ofInterfaces(interfaces, "--interface"));
    }
    if (enforcer != null) {
      settings.add(new Setting("agent.enforcer", enforcer, "--enforcer"));
    }
    return settings;
  }
}
