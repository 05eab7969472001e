package io.aegis.enforcer.xdp.internal.bench;

import io.aegis.api.Grant;
import io.aegis.api.IpAddress;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.xdp.internal.XdpEnforcerProvider;
import io.aegis.enforcer.xdp.internal.link.AttachMode;
import io.aegis.enforcer.xdp.internal.link.XdpLink;
import io.aegis.enforcer.xdp.internal.load.Loader;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What drops a flood: each protects {@link FloodLab#GUARDED} until it is closed. */
final class Guards {

  private static final int ROOM = GateWorks.MAX_GRANTS;

  /** Where xdp-filter keeps its rules, for all interfaces of the machine. */
  private static final Path FILTER_PINS = Path.of("/sys/fs/bpf/xdp-filter");

  private Guards() {}

  /** Puts a protection into place. */
  interface Guard {
    AutoCloseable protect() throws Errno;
  }

  /** A program that drops everything and looks at nothing: the floor. */
  static AutoCloseable nothingButDropping() throws Errno {
    try (Loader loader = Loader.of(CompiledObject.read("empty"));
        OwnedFd program = loader.loadProgram("empty_drop", Map.of(), Map.of(), 0)) {
      return XdpLink.attach(program, FloodLab.index(FloodLab.GUARDED), AttachMode.NATIVE);
    }
  }

  /** The enforcer itself, as an agent has it: with grants, and somebody who hears of drops. */
  static AutoCloseable aegis() {
    var settings =
        new EnforcerSettings(
            "bench-flood",
            List.of(InterfaceSettings.enforcing(FloodLab.GUARDED)),
            List.of(),
            ROOM,
            Gate::now,
            Map.of());
    var provider = new XdpEnforcerProvider();
    provider.detach(settings.instance()); // what a benchmark that was killed has left
    Enforcer enforcer = provider.open(settings);
    List<Grant> grants = GateWorks.grants(GateWorks.GRANTS);
    Gate.requireDone(enforcer.apply(GrantUpdate.adding(grants.toArray(Grant[]::new))));
    if (enforcer.capabilities().contains(Capability.EVENTS)) {
      enforcer.events(_ -> {}); // ends with the enforcer
    }
    return enforcer::detach;
  }

  /** nftables where it is fastest: a set of tuples at the ingress hook of the interface. */
  static AutoCloseable nftables() {
    String elements =
        java.util.stream.IntStream.range(0, GateWorks.GRANTS)
            .mapToObj(Frames::client)
            .map(Guards::element)
            .collect(Collectors.joining(", "));
    // A veth hands frames over by NAPI, as it does for XDP, only where GRO is on.
    Tool.run("ethtool", "-K", FloodLab.GUARDED, "gro", "on");
    Tool.pipe(
        """
        table netdev bench {
          set allowed {
            type ipv4_addr . ipv4_addr . inet_proto . inet_service
            size %d
            elements = { %s }
          }
          chain ingress {
            type filter hook ingress device %s priority 0; policy drop;
            ip saddr . ip daddr . meta l4proto . th dport @allowed accept
          }
        }
        """
            .formatted(ROOM, elements, FloodLab.GUARDED),
        "nft",
        "-f",
        "-");
    return () -> {
      Tool.run("nft", "delete", "table", "netdev", "bench");
      Tool.run("ethtool", "-K", FloodLab.GUARDED, "gro", "off");
    };
  }

  private static String element(IpAddress client) {
    return client + " . " + Frames.SERVICE + " . tcp . " + Frames.PORT;
  }

  /** xdp-filter with everything that it can look at, and without a rule: it drops. */
  static AutoCloseable xdpFilter() {
    Tool.run("xdp-filter", "load", FloodLab.GUARDED, "--mode", "native", "--policy", "deny");
    return () -> Tool.run("xdp-filter", "unload", FloodLab.GUARDED);
  }

  /** Why nftables cannot be measured here; empty if it can. */
  static Optional<String> nftablesObstacle() {
    return missing("nft", "nftables").or(() -> missing("ethtool", "ethtool"));
  }

  /** Why xdp-filter cannot be measured here; empty if it can. */
  static Optional<String> xdpFilterObstacle() {
    return missing("xdp-filter", "xdp-tools")
        .or(() ->
            Files.exists(FILTER_PINS)
                ? Optional.of("xdp-filter is in use on this machine: it is left alone")
                : Optional.empty());
  }

  private static Optional<String> missing(String program, String packageName) {
    return Tool.find(program).isPresent()
        ? Optional.empty()
        : Optional.of(program + " is not installed (apt-get install " + packageName + ")");
  }
}
