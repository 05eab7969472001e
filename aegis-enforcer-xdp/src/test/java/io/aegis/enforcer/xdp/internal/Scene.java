package io.aegis.enforcer.xdp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Reason;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerView;
import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What a test of the enforcer stands on: a veth, an instance name of its own, and processes that it
 * starts. Afterwards nothing of all this is left, or the test fails.
 */
final class Scene implements BeforeEachCallback, AfterEachCallback {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final String instance;
  private final Pins pins;
  private final XdpEnforcerProvider provider = new XdpEnforcerProvider();
  private final List<Process> children = new ArrayList<>();
  private int openBefore;

  @SuppressWarnings("NullAway.Init") // JUnit calls beforeEach first
  private Veth veth;

  /** Names the instance; short, of lower-case letters. */
  Scene(String name) {
    this.instance = name + ProcessHandle.current().pid();
    this.pins = new Pins(instance);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    openBefore = OwnedFd.openCount();
    veth = Veth.create();
  }

  @Override
  public void afterEach(ExtensionContext context) throws InterruptedException {
    for (Process child : children) {
      child.destroyForcibly().waitFor();
    }
    provider.detach(instance);
    veth.close();
    assertThat(OwnedFd.openCount()).as("open descriptors").isEqualTo(openBefore);
    assertThat(pins.directory()).doesNotExist();
    assertThat(Path.of("/run/aegis", instance + ".lock")).doesNotExist();
  }

  String instance() {
    return instance;
  }

  Pins pins() {
    return pins;
  }

  XdpEnforcerProvider provider() {
    return provider;
  }

  Veth veth() {
    return veth;
  }

  Enforcer open() {
    return provider.open(Settings.of(instance, veth.near()));
  }

  /** A grant of the far side to a UDP port of the near one, for a minute. */
  Grant grant(long id, int port) {
    return Grant.until(
        new GrantId(id),
        IpAddress.parse(veth.farAddress()),
        Target.of(IpAddress.parse(veth.nearAddress()), Protocol.UDP, port),
        Instant.now().plusSeconds(60));
  }

  /** The frame that such a grant is about. */
  byte[] frame(int port) {
    byte[] packet = Frames.ipv4(Frames.UDP, Frames.udp(5, port));
    System.arraycopy(IpAddress.parse(veth.farAddress()).bytes(), 0, packet, 12, 4);
    System.arraycopy(IpAddress.parse(veth.nearAddress()).bytes(), 0, packet, 16, 4);
    return Frames.ipv4Frame(packet);
  }

  Reason reason(EnforcerView enforcer, int port) {
    return enforcer.explain(veth.near(), frame(port)).reason();
  }

  /** Whether the kernel has an XDP program on an interface. */
  static boolean isFiltered(String interfaceName) {
    return Veth.run("ip", "-d", "link", "show", interfaceName).contains("prog/xdp");
  }

  /** Starts a class with a main method in a process of its own; killed afterwards. */
  Process start(Class<?> main, String... arguments) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    children.add(process);
    return process;
  }

  /**
   * Sends datagrams as {@link Veth#sendUdpUntilEnd} does; killed afterwards if that is left out.
   */
  Process sendUdpUntilEnd(int... ports) throws IOException {
    Process load = veth.sendUdpUntilEnd(ports);
    children.add(load);
    return load;
  }

  /** Kills a child as nothing else does: without a chance to clean up. */
  static void kill(Process process) throws InterruptedException {
    assertThat(process.destroyForcibly().waitFor()).isEqualTo(128 + 9);
  }

  /** What a child says, line by line. */
  static BufferedReader linesOf(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Waits until something holds, which nothing tells of. */
  static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }
}
