package io.aegis.enforcer.tck;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An interface to open an enforcer on: one of two ends that are connected to nothing else, down.
 */
final class ScratchInterface implements AutoCloseable {
  private static final String NEAR = "aegis-fuzz0";
  private static final String FAR = "aegis-fuzz1";

  private final String name;
  private final boolean isOurs;

  private ScratchInterface(String name, boolean isOurs) {
    this.name = name;
    this.isOurs = isOurs;
  }

  /**
   * Makes one.
   *
   * @param existing the name of one to use in its place, which is left as it is; null for none
   * @throws IllegalStateException if it cannot be made; the message says what is needed
   */
  static ScratchInterface make(@Nullable String existing) {
    if (existing != null) {
      return new ScratchInterface(existing, false);
    }
    ip("link", "add", NEAR, "type", "veth", "peer", "name", FAR);
    return new ScratchInterface(NEAR, true);
  }

  String name() {
    return name;
  }

  @Override
  public void close() {
    if (isOurs) {
      ip("link", "delete", NEAR);
    }
  }

  private static void ip(String... arguments) {
    var command = new java.util.ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    String doing = String.join(" ", command);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(
            doing
                + ": "
                + output.strip()
                + " (run it as root, or name an interface by --interface; 'exists' means that another"
                + " fuzz runs or was killed: ip link delete "
                + NEAR
                + ")");
      }
    } catch (IOException e) {
      throw new IllegalStateException(doing + ": " + e.getMessage() + "; install iproute2", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in " + doing, e);
    }
  }
}
