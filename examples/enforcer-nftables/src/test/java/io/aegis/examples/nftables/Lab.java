package io.aegis.examples.nftables;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network namespace with two protected interfaces and a way out: a bridge takes what the enforcer
 * let through and hands it to a third interface, where it is seen. One serves all tests of a
 * process. All of it is gone when the process is, killed or not: the namespace lives as long as a
 * {@code cat} that reads from us.
 *
 * <p>Thread-safe: one frame at a time.
 */
final class Lab {
  static final String FIRST = "guarded0";
  static final String SECOND = "guarded1";
  private static final String OUT = "behind0";

  private static @Nullable Lab only;

  private final String namespace;
  private final Map<String, Tap> guarded;
  private final Tap out;

  private Lab(String namespace) {
    this.namespace = namespace;
    guarded = Map.of(FIRST, Tap.create(FIRST, namespace), SECOND, Tap.create(SECOND, namespace));
    out = Tap.create(OUT, namespace);
  }

  static synchronized Lab get() {
    Lab lab = only;
    if (lab == null) {
      lab = create();
      only = lab;
    }
    return lab;
  }

  private static Lab create() {
    try {
      Process holder =
          new ProcessBuilder("unshare", "--net", "sh", "-c", "echo ready; exec cat > /dev/null")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      // Not closed: its end is ours.
      var output = new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8);
      String ready = new BufferedReader(output).readLine();
      if (!"ready".equals(ready)) {
        throw new IllegalStateException("no network namespace: the kernel tests need root");
      }
      var lab = new Lab("/proc/" + holder.pid() + "/ns/net");
      lab.connect();
      return lab;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void connect() {
    // No IPv6 of the kernel's own and no snooping: no frame is there but those of the tests.
    run("sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6");
    run("sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6");
    // Nor shall the bridge look into IP packets: it would trim them, and drop bad checksums.
    run(
        "sh",
        "-c",
        "for each in /proc/sys/net/bridge/bridge-nf-call-*tables; do"
            + " [ ! -e $each ] || echo 0 > $each; done");
    run("ip", "link", "add", "br0", "type", "bridge", "mcast_snooping", "0", "forward_delay", "0");
    for (String name : List.of(FIRST, SECOND, OUT)) {
      run("ip", "link", "set", name, "mtu", "9000", "master", "br0", "up");
      run("ip", "link", "set", name, "type", "bridge_slave", "learning", "off");
    }
    for (String name : List.of(FIRST, SECOND)) {
      run("ip", "link", "set", name, "type", "bridge_slave", "flood", "off", "mcast_flood", "off");
      run("ip", "link", "set", name, "type", "bridge_slave", "bcast_flood", "off");
    }
    run("ip", "link", "set", "br0", "mtu", "9000", "up");
  }

  /** The program nft, in this namespace. */
  Nft nft() {
    return new Nft(List.of("nsenter", "--net=" + namespace, "/usr/sbin/nft"));
  }

  /** Runs a program in this namespace. */
  String run(String... command) {
    var whole = new java.util.ArrayList<>(List.of("nsenter", "--net=" + namespace));
    whole.addAll(List.of(command));
    try {
      Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(whole + " failed: " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in " + whole, e);
    }
  }

  /** Lets a frame arrive; whether it got through. */
  synchronized boolean arrive(String interfaceName, byte[] frame) {
    Tap tap = guarded.get(interfaceName);
    if (tap == null) {
      throw new IllegalArgumentException("no such interface in the lab: " + interfaceName);
    }
    tap.write(frame);
    boolean passed = false;
    for (byte[] seen = out.read(); seen != null; seen = out.read()) {
      passed |= Arrays.equals(seen, frame);
    }
    return passed;
  }
}
