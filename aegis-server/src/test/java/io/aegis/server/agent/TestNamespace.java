package io.aegis.server.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.server.lab.NetworkNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A network namespace of one test, with pairs of interfaces; gone when it is removed. */
final class TestNamespace {
  private final NetworkNamespace namespace;

  private TestNamespace(String purpose) {
    namespace = new NetworkNamespace("aegis-" + purpose + "-" + ProcessHandle.current().pid());
  }

  static TestNamespace create(String purpose) throws IOException, InterruptedException {
    var made = new TestNamespace(purpose);
    run("ip netns add " + made.namespace.name());
    made.ip("link set lo up");
    return made;
  }

  /** Adds an interface that is up, and its other end. */
  void addPair(String name, String far) throws IOException, InterruptedException {
    ip("link add %s type veth peer name %s".formatted(name, far));
    ip("link set %s up".formatted(name));
    ip("link set %s up".formatted(far));
  }

  /** Runs ip(8) in it. */
  void ip(String words) throws IOException, InterruptedException {
    run("ip -n " + namespace.name() + " " + words);
  }

  /** Runs ip(8) in it, and returns what it says. */
  String ipOutput(String words) throws IOException, InterruptedException {
    return output("ip -n " + namespace.name() + " " + words);
  }

  /** Does something in it, on a thread of its own. */
  void call(NamespaceWork work) {
    namespace.call(() -> {
      work.run();
      return "";
    });
  }

  /** What can be done in it. */
  @FunctionalInterface
  interface NamespaceWork {
    void run() throws Exception;
  }

  static void run(String words) throws IOException, InterruptedException {
    var _ = output(words);
  }

  private static String output(String words) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(words.split(" ", -1)).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("%s: %s", words, said).isZero();
    return said;
  }

  void remove() throws IOException, InterruptedException {
    run("ip netns del " + namespace.name());
  }
}
