package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.probe.Features;
import io.aegis.enforcer.xdp.internal.probe.Privileges;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
        requireLastingBpfFileSystem(doing);
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
            + " mount -t bpf -o mode=0700 bpf "
            + Pins.BPF_FS);
  }

  /**
   * What is pinned lives as long as its file system, and one that was mounted in a mount namespace
   * of its own, as 'ip netns exec' and 'unshare -m' make them, ends with the last process in there:
   * the interface would be unfiltered when the agent stops. The processes above this one tell.
   */
  private static void requireLastingBpfFileSystem(String doing) {
    Object own = fileSystem(Pins.BPF_FS);
    for (var above = ProcessHandle.current().parent();
        above.isPresent();
        above = above.get().parent()) {
      long pid = above.get().pid();
      Object theirs = fileSystem(Path.of("/proc/" + pid + "/root" + Pins.BPF_FS));
      if (own != null && theirs != null && !theirs.equals(own)) {
        throw new EnforcerException(
            Kind.UNSUPPORTED,
            doing
                + ": the BPF file system at "
                + Pins.BPF_FS
                + " is not the one of the process "
                + pid
                + " that this was started from, and ends with the mount namespace it is in: the"
                + " interface would be unfiltered then; start from outside, in the network"
                + " namespace alone: nsenter --net=/run/netns/NAME");
      }
    }
  }

  /**
   * Whoever may write where the pins are can take the firewall off. A BPF file system that was
   * mounted without a mode lets everybody make directories, so what stands there may not be ours.
   */
  static void requireOwnPins(Pins pins, String doing) {
    for (Path each : pins.path()) {
      pins.intruder(each)
          .ifPresent(why -> {
            throw new EnforcerException(
                Kind.NOT_PERMITTED,
                doing
                    + ": "
                    + each
                    + " "
                    + why
                    + ", so others could take away what protects the interface; find out who made"
                    + " it, remove it, and mount "
                    + Pins.BPF_FS
                    + " with the option mode=0700");
          });
    }
  }

  /** The device of a path; null if it cannot be seen from here. */
  private static @Nullable Object fileSystem(Path path) {
    try {
      return Files.getAttribute(path, "unix:dev");
    } catch (IOException e) {
      return null;
    }
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
