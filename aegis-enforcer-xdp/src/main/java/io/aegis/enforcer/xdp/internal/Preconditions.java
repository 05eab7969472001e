package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.probe.Features;
import io.aegis.enforcer.xdp.internal.probe.Privileges;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Kernel;
import java.util.List;

/** What must hold before anything is touched; each refusal says what to do. */
final class Preconditions {

  private Preconditions() {}

  /**
   * Checks that this process may call into the kernel at all. Comes before any class with a
   * downcall: the user would otherwise meet an {@code ExceptionInInitializerError}.
   */
  static void requireNativeAccess(String doing) {
    Module module = Preconditions.class.getModule();
    if (!module.isNativeAccessEnabled()) {
      String name = module.isNamed() ? module.getName() : "ALL-UNNAMED";
      throw new EnforcerException(
          Kind.NOT_PERMITTED,
          doing + ": native access is off; start Java with --enable-native-access=" + name);
    }
    try {
      Kernel.requireKnownPlatform();
    } catch (UnsupportedOperationException e) {
      throw new EnforcerException(Kind.UNSUPPORTED, doing + ": " + e.getMessage(), e);
    }
  }

  static void requirePrivileges(String doing) {
    List<String> missing = Privileges.missing();
    if (!missing.isEmpty()) {
      throw new EnforcerException(
          Kind.NOT_PERMITTED,
          doing
              + ": this process lacks "
              + String.join(", ", missing)
              + "; run it as root, or give it these capabilities");
    }
  }

  static void requireBpfFileSystem(String doing) {
    try {
      if (Kernel.fileSystemType(Pins.BPF_FS) == Kernel.BPF_FS_MAGIC) {
        return;
      }
    } catch (Errno e) {
      if (e.number() != Errno.ENOENT) {
        throw Failures.of(doing + ": looking at " + Pins.BPF_FS, e);
      }
    }
    throw new EnforcerException(
        Kind.UNSUPPORTED,
        doing
            + ": no BPF file system at "
            + Pins.BPF_FS
            + " (inside 'ip netns exec' the host's is hidden: use nsenter --net=); mount it with:"
            + " mount -t bpf bpf "
            + Pins.BPF_FS);
  }

  static Features requireFeatures(String doing) {
    try {
      return Features.probe();
    } catch (Features.MissingException e) {
      throw new EnforcerException(
          Kind.UNSUPPORTED,
          doing + ": this kernel lacks " + e.getMessage() + "; Linux 5.15 or later is needed",
          e);
    } catch (Errno e) {
      throw Failures.of(doing + ": trying what the kernel can do", e);
    }
  }
}
