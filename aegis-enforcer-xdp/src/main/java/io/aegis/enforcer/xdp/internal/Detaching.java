package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.link.Pins.LinkPin;
import io.aegis.enforcer.xdp.internal.link.XdpLink;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Ends enforcement of an instance. */
final class Detaching {

  private Detaching() {}

  /**
   * Takes programs off, then pins away; goes on when one of them fails.
   *
   * @return one line for each thing taken away
   * @throws EnforcerException if something is left, naming it
   */
  static List<String> detach(String instance, Pins pins) {
    var done = new ArrayList<String>();
    var left = new ArrayList<String>();
    for (LinkPin pin : pins.links()) {
      try (XdpLink link = XdpLink.open(pin.path())) {
        link.detach();
        Pins.remove(pin.path());
        done.add("program taken off " + pin.interfaceName());
        detachEgress(pin, done);
      } catch (Errno | UncheckedIOException e) {
        left.add("the program on " + pin.interfaceName() + " (" + e.getMessage() + ")");
      }
    }
    if (left.isEmpty()) {
      removePins(pins, done, left);
    }
    if (!left.isEmpty()) {
      throw new EnforcerException(
          Kind.INTERNAL,
          "detaching instance "
              + instance
              + ": left are "
              + String.join(", ", left)
              + "; remove them by hand, then everything in "
              + pins.directory());
    }
    return done;
  }

  private static void detachEgress(LinkPin pin, List<String> done) throws Errno {
    if (!Files.exists(pin.egress())) {
      return;
    }
    try (XdpLink link = XdpLink.open(pin.egress())) {
      link.detach();
    }
    Pins.remove(pin.egress());
    done.add("program for what leaves taken off " + pin.interfaceName());
  }

  private static void removePins(Pins pins, List<String> done, List<String> left) {
    for (Path path : pins.all()) {
      try {
        Pins.remove(path);
        done.add("removed " + path);
      } catch (UncheckedIOException e) {
        left.add(path + " (" + e.getMessage() + ")");
      }
    }
    if (left.isEmpty()) {
      pins.removeDirectory();
    }
  }
}
