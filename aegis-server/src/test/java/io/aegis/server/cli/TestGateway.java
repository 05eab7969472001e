package io.aegis.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A gateway in a network namespace of its own, with an Ethernet interface {@code out0} that has
 * 10.77.60.1/24 and fd77:60::1/64, its other end {@code peer0}, and a tunnel {@code tun0}. Gone
 * when closed, with everything that is enforced there.
 */
final class TestGateway implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 20;

  private final String namespace = "aegis-cli-" + ProcessHandle.current().pid();
  private final String instance = "cli-" + ProcessHandle.current().pid();

  TestGateway() throws IOException {
    run("ip", "netns", "add", namespace);
    ip("link", "set", "lo", "up");
    ip("link", "add", "out0", "type", "veth", "peer", "name", "peer0");
    ip("addr", "add", "10.77.60.1/24", "dev", "out0");
    ip("addr", "add", "fd77:60::1/64", "dev", "out0", "nodad");
    ip("link", "set", "out0", "up");
    ip("link", "set", "peer0", "up");
    ip("tuntap", "add", "dev", "tun0", "mode", "tun");
  }

  /** The name under which it enforces. */
  String instance() {
    return instance;
  }

  /** Where what it enforces stands, while there is something. */
  Path pins() {
    return Path.of("/sys/fs/bpf/aegis").resolve(instance);
  }

  /** The words that run a command on the gateway, in the machine's own file systems. */
  List<String> enter(String... command) {
    var words = new ArrayList<String>(List.of("nsenter", "--net=/run/netns/" + namespace));
    words.addAll(List.of(command));
    return words;
  }

  void ip(String... words) throws IOException {
    var command = new ArrayList<String>(List.of("ip", "-n", namespace));
    command.addAll(List.of(words));
    run(command.toArray(String[]::new));
  }

  static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join().exitValue())
        .as("%s", List.of(command))
        .isZero();
  }

  @Override
  public void close() throws IOException {
    run("ip", "netns", "del", namespace);
  }
}
