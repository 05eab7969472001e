package io.aegis.enforcer.xdp.internal;

import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.EnforcerView;
import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.map.Layouts;
import io.aegis.enforcer.xdp.internal.probe.Features;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.function.UnaryOperator;

/** Opens enforcers that filter in the kernel, by XDP. Stateless and thread-safe. */
public final class XdpEnforcerProvider implements EnforcerProvider {

  /** What of the kernel is used. */
  private final UnaryOperator<Features> kernel;

  /** Makes a provider; touches nothing. */
  public XdpEnforcerProvider() {
    this(UnaryOperator.identity());
  }

  /** Makes a provider for less than this kernel has, as an older one would. */
  XdpEnforcerProvider(UnaryOperator<Features> kernel) {
    this.kernel = kernel;
  }

  @Override
  public String name() {
    return "xdp";
  }

  @Override
  public Enforcer open(EnforcerSettings settings) {
    return open(settings, true);
  }

  @Override
  public Enforcer openUnconfirmed(EnforcerSettings settings) {
    return open(settings, false);
  }

  private Enforcer open(EnforcerSettings settings, boolean isConfirmed) {
    String doing = doing(settings);
    XdpOptions options = XdpOptions.from(settings.options(), doing);
    return Opening.open(settings, options, requireFit(settings, doing), doing, isConfirmed);
  }

  @Override
  public void check(EnforcerSettings settings) {
    String doing = doing(settings);
    var _ = XdpOptions.from(settings.options(), doing);
    var _ = requireFit(settings, doing);
    try {
      var _ = InterfacePlan.of(settings.interfaces(), new Pins(settings.instance()), doing);
    } catch (Errno e) {
      throw Failures.of(doing, e);
    } catch (UncheckedIOException e) {
      throw new EnforcerException(Kind.INTERNAL, doing + ": " + e.getMessage(), e);
    }
  }

  private static String doing(EnforcerSettings settings) {
    return "opening the XDP enforcer, instance " + settings.instance();
  }

  private Features requireFit(EnforcerSettings settings, String doing) {
    requireFewRules(settings, doing);
    Preconditions.requireNativeAccess(doing);
    Preconditions.requirePrivileges(doing);
    Preconditions.requireBpfFileSystem(doing);
    Preconditions.requireOwnPins(new Pins(settings.instance()), doing);
    Features features = kernel.apply(Preconditions.requireFeatures(doing));
    boolean hasEgressRules =
        settings.staticRules().stream().anyMatch(rule -> rule.direction() == Direction.EGRESS);
    if (hasEgressRules && !features.hasEgress()) {
      throw new EnforcerException(
          Kind.UNSUPPORTED,
          doing
              + ": this kernel has no programs for frames that leave (Linux 6.6 has); remove the"
              + " egress rules");
    }
    return features;
  }

  private static void requireFewRules(EnforcerSettings settings, String doing) {
    if (settings.staticRules().size() > Layouts.RULES) {
      throw new EnforcerException(
          Kind.BAD_SETTINGS,
          doing
              + ": it takes at most "
              + Layouts.RULES
              + " static rules of both directions, not "
              + settings.staticRules().size()
              + "; merge some into wider prefixes");
    }
  }

  @Override
  public EnforcerView inspect(String instance, InstantSource clock) {
    String doing = "looking at the XDP enforcer, instance " + instance;
    Preconditions.requireNativeAccess(doing);
    Preconditions.requirePrivileges(doing);
    Preconditions.requireBpfFileSystem(doing);
    Preconditions.requireOwnPins(new Pins(instance), doing);
    return XdpView.open(instance, clock, doing);
  }

  @Override
  public List<String> detach(String instance) {
    String doing = "detaching the XDP enforcer, instance " + instance;
    Preconditions.requireNativeAccess(doing);
    Preconditions.requirePrivileges(doing);
    try (var _ = InstanceLock.take(instance, doing)) {
      return Detaching.detach(instance, new Pins(instance));
    }
  }
}
