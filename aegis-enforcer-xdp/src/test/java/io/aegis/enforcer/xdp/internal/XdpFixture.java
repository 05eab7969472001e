package io.aegis.enforcer.xdp.internal;

import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.tck.EnforcerFixture;
import io.aegis.enforcer.xdp.internal.link.Interfaces;
import io.aegis.enforcer.xdp.internal.link.NetInterface;
import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.BpfProg.Run;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The XDP enforcer on the two ends of a veth that is down, so that the kernel sends nothing there.
 * Frames arrive by BPF_PROG_TEST_RUN on the very program that is attached.
 */
class XdpFixture implements EnforcerFixture {

  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final int XDP_PASS = 2;
  private static final int TCX_NEXT = -1;

  private final XdpEnforcerProvider provider = new XdpEnforcerProvider();
  private final Map<String, OwnedFd> attached = new HashMap<>();
  private final int openBefore = OwnedFd.openCount();
  private final EnforcerSettings settings;
  private @Nullable Enforcer opened;

  XdpFixture() {
    long pid = ProcessHandle.current().pid() % 100_000;
    int number = NEXT.getAndIncrement();
    String left = "ag" + pid + "l" + number;
    String right = "ag" + pid + "r" + number;
    Veth.run("ip", "link", "add", left, "type", "veth", "peer", "name", right);
    settings =
        new EnforcerSettings(
            "kit" + pid + "-" + number,
            List.of(InterfaceSettings.enforcing(left), InterfaceSettings.enforcing(right)),
            List.of(),
            64,
            InstantSource.system(),
            Map.of());
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(
        Capability.IPV6,
        Capability.PREFIX_TARGETS,
        Capability.PORT_RANGES,
        Capability.ICMP_ECHO,
        Capability.RELATED_ERRORS,
        Capability.AUDIT,
        Capability.KERNEL_EXPIRY,
        Capability.SHARED_TUPLES,
        Capability.SURVIVES_RESTART,
        Capability.COMMIT_CONFIRM,
        Capability.REASONS,
        Capability.EVENTS,
        Capability.EXPLAIN,
        Capability.EGRESS);
  }

  @Override
  public EnforcerProvider provider() {
    return provider;
  }

  @Override
  public EnforcerSettings settings() {
    return settings;
  }

  @Override
  public Enforcer open(EnforcerSettings wanted) {
    return note(provider.open(wanted));
  }

  @Override
  public Enforcer openUnconfirmed(EnforcerSettings wanted) {
    return note(provider.openUnconfirmed(wanted));
  }

  private Enforcer note(Enforcer enforcer) {
    forget();
    opened = enforcer;
    return enforcer;
  }

  private synchronized void forget() {
    attached.values().forEach(OwnedFd::close);
    attached.clear();
  }

  @Override
  public boolean arrive(String interfaceName, byte[] frame) {
    try {
      return BpfProg.testRun(program(interfaceName), frame, 1).returned() == XDP_PASS;
    } catch (Errno e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public boolean leave(String interfaceName, byte[] frame) {
    try {
      Run run = BpfProg.testRun(egressProgram(interfaceName), frame, 1);
      return run.returned() == TCX_NEXT;
    } catch (Errno e) {
      throw new IllegalStateException(e);
    }
  }

  private OwnedFd egressProgram(String interfaceName) throws Errno {
    return program(interfaceName, Direction.EGRESS);
  }

  private OwnedFd program(String interfaceName) throws Errno {
    return program(interfaceName, Direction.INGRESS);
  }

  /** The program that the kernel holds on the interface, whoever put it there. */
  private synchronized OwnedFd program(String interfaceName, Direction way) throws Errno {
    String key = way + " " + interfaceName;
    OwnedFd known = attached.get(key);
    if (known != null) {
      return known;
    }
    NetInterface device =
        Interfaces.list().stream()
            .filter(each -> each.name().equals(interfaceName))
            .findFirst()
            .orElseThrow();
    int id =
        way == Direction.INGRESS
            ? device.xdpProgramId()
            : BpfProg.egressPrograms(device.index()).getFirst();
    OwnedFd program = Bpf.openProgram(id);
    attached.put(key, program);
    return program;
  }

  @Override
  public void passTime(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    for (long left = duration.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public boolean isTimeSimulated() {
    return false;
  }

  @Override
  public Optional<String> unfitInterface() {
    return Optional.of("lo");
  }

  @Override
  public void close() {
    forget();
    if (opened != null) {
      opened.close();
    }
    provider.detach(settings.instance());
    Veth.run("ip", "link", "delete", settings.interfaces().getFirst().name());
    if (OwnedFd.openCount() != openBefore) {
      throw new AssertionError("descriptors left open: " + (OwnedFd.openCount() - openBefore));
    }
    if (!new Pins(settings.instance()).all().isEmpty()) {
      throw new AssertionError("pins left of " + settings.instance());
    }
  }
}
