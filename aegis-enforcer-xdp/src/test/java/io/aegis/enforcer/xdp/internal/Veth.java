package io.aegis.enforcer.xdp.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A pair of virtual Ethernet interfaces: the near one in this network namespace, the far one in a
 * namespace of its own. Names and addresses are of this process alone; all is gone when it is
 * closed.
 */
final class Veth implements AutoCloseable {

  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final long PID = ProcessHandle.current().pid();

  private final String namespace;
  private final String near;
  private final String subnet;
  private final int first;
  private final String subnet6;

  private Veth(int number) {
    this.namespace = "agt" + PID + "-" + number;
    this.near = "ag" + (PID % 1_000_000) + "n" + number;
    // Four addresses of 10.77.128.0/18, which hardly any other process takes at the same time: a
    // second interface with them would get the answers of the first.
    int quad = (int) ((31 * PID + number) % 4096);
    this.subnet = "10.77." + (128 + quad / 64) + ".";
    this.first = quad % 64 * 4;
    this.subnet6 = "fd77:%x:%x::".formatted(PID & 0xffff, number);
  }

  static Veth create() {
    var veth = new Veth(NEXT.getAndIncrement());
    try {
      veth.up();
      return veth;
    } catch (RuntimeException e) {
      veth.close();
      throw e;
    }
  }

  private void up() {
    run("ip", "netns", "add", namespace);
    run("ip", "link", "add", near, "type", "veth", "peer", "name", "far0", "netns", namespace);
    run("ip", "address", "add", nearAddress() + "/30", "dev", near);
    run("ip", "link", "set", near, "up");
    run("ip", "-n", namespace, "address", "add", farAddress() + "/30", "dev", "far0");
    run("ip", "-n", namespace, "link", "set", "far0", "up");
  }

  /** Gives both sides a global IPv6 address that is in use at once. */
  void addIpv6() {
    run("ip", "address", "add", nearAddress6() + "/64", "dev", near, "nodad");
    run("ip", "-n", namespace, "address", "add", farAddress6() + "/64", "dev", "far0", "nodad");
  }

  String nearAddress6() {
    return subnet6 + "1";
  }

  String farAddress6() {
    return subnet6 + "2";
  }

  String near() {
    return near;
  }

  String nearAddress() {
    return subnet + (first + 1);
  }

  String farAddress() {
    return subnet + (first + 2);
  }

  /** Sends one UDP datagram from the far side to the near one. */
  void sendUdp(int port) {
    String to = "/dev/udp/" + nearAddress() + "/" + port;
    run("ip", "netns", "exec", namespace, "bash", "-c", "printf x > " + to);
  }

  /** Sends a datagram of so many bytes from the far side; tells how many come back in a second. */
  int echoUdp(String to, int port, int bytes) {
    String script =
        "exec 3<> /dev/udp/%s/%d; head -c %d /dev/zero >&3; timeout 1 head -c %3$d <&3 | wc -c"
            .formatted(to, port, bytes);
    return Integer.parseInt(run("ip", "netns", "exec", namespace, "bash", "-c", script).strip());
  }

  /** Sends datagrams to all ports in turn until its input is closed; prints how many to each. */
  Process sendUdpUntilEnd(int... ports) throws IOException {
    var script = new StringBuilder("n=0; until read -t 0; do ");
    for (int port : ports) {
      script.append("printf x > /dev/udp/").append(nearAddress()).append('/').append(port);
      script.append("; ");
    }
    script.append("n=$((n + 1)); done; echo $n");
    return new ProcessBuilder("ip", "netns", "exec", namespace, "bash", "-c", script.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Lets both sides take larger packets. */
  void setMtu(int bytes) {
    run("ip", "link", "set", near, "mtu", Integer.toString(bytes));
    run("ip", "-n", namespace, "link", "set", "far0", "mtu", Integer.toString(bytes));
  }

  /** The namespace of the far side. */
  String namespace() {
    return namespace;
  }

  /** Sends zeros over a TCP connection from the far side to the near one. */
  Process sendTcp(int port, int bytes) throws IOException {
    return sendTcp(nearAddress(), port, bytes);
  }

  /** Sends zeros over a TCP connection from the far side to an address. */
  Process sendTcp(String to, int port, int bytes) throws IOException {
    return far("exec head -c " + bytes + " /dev/zero > /dev/tcp/" + to + "/" + port);
  }

  /** Takes whatever comes over a TCP connection from the far side to an address. */
  Process receiveTcp(String to, int port) throws IOException {
    return far("exec cat < /dev/tcp/" + to + "/" + port + " > /dev/null");
  }

  private Process far(String script) throws IOException {
    return new ProcessBuilder("ip", "netns", "exec", namespace, "bash", "-c", script)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Deletes the near interface, and so the far one. */
  void deleteNear() {
    run("ip", "link", "delete", near);
  }

  /** Makes the interfaces anew after {@link #deleteNear}. */
  void recreate() {
    run("ip", "netns", "delete", namespace);
    up();
  }

  static String run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(List.of(command) + " failed: " + output);
      }
      return output;
    } catch (IOException e) {
      throw new IllegalStateException(List.of(command) + " did not start", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in " + List.of(command), e);
    }
  }

  private static void runQuietly(String... command) {
    try {
      run(command);
    } catch (IllegalStateException e) {
      // Gone already: that is what was wanted.
    }
  }

  @Override
  public void close() {
    runQuietly("ip", "link", "delete", near);
    runQuietly("ip", "netns", "delete", namespace);
  }
}
