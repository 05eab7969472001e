package io.aegis.examples.gateway;

import com.sun.net.httpserver.HttpServer;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.policy.Policy;
import io.aegis.policy.document.InvalidDocumentException;
import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.concurrent.Executors;

/** Puts the gateway together, and runs it until it is ended. */
public final class Main {

  /** The interface that is protected; the enforcer in memory takes any name. */
  static final String INTERFACE = "lo";

  private static final int MOST_GRANTS = 10_000;
  private static final Duration LONGEST_WAIT = Duration.ofMillis(200);

  private Main() {}

  /**
   * Runs a gateway.
   *
   * @param arguments the directory with {@code gateway.properties}, {@code users.properties} and
   *     {@code policy.yaml}
   * @throws Exception if it cannot start, with what to do
   */
  public static void main(String[] arguments) throws Exception {
    run(Path.of(arguments.length == 0 ? "." : arguments[0]), InstantSource.system());
  }

  private static void run(Path directory, InstantSource clock)
      throws IOException, InterruptedException, InvalidDocumentException {
    var settings = new Properties();
    try (Reader reader = Files.newBufferedReader(directory.resolve("gateway.properties"))) {
      settings.load(reader);
    }
    var file = new PolicyFile(directory);
    Policy policy = file.readAtStart(Main::tell);
    Users users = Users.read(directory.resolve("users.properties"));
    try (Enforcer enforcer = open(clock)) {
      var gateway = new Gateway(policy, enforcer, clock);
      inBackground(new ClockService(listen(settings, "clock"))::run);
      var forwarder =
          new Forwarder(
              listen(settings, "forward.clock"), "clock", gateway, enforcer, clock, Main::tell);
      inBackground(forwarder::run);
      inBackground(() -> file.watch(changed -> change(gateway, changed), Main::tell));
      portal(settings, new Portal(users, gateway, clock, Main::tell));
      tell("ready, with version " + policy.version() + " of the policy");
      endWhatIsOver(gateway, clock);
    }
  }

  // With aegis-enforcer-xdp on the class path and "xdp" here, the same program fills the grants of
  // a real interface.
  private static Enforcer open(InstantSource clock) {
    EnforcerProvider provider =
        ServiceLoader.load(EnforcerProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(candidate -> candidate.name().equals("memory"))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no enforcer is named memory"));
    return provider.open(
        new EnforcerSettings(
            "embedded-gateway",
            List.of(InterfaceSettings.enforcing(INTERFACE)),
            List.of(),
            MOST_GRANTS,
            clock,
            Map.of()));
  }

  private static ServerSocket listen(Properties settings, String name) throws IOException {
    return new ServerSocket(port(settings, name), 50, InetAddress.getLoopbackAddress());
  }

  private static int port(Properties settings, String name) {
    String port = settings.getProperty(name);
    if (port == null) {
      throw new IllegalArgumentException("gateway.properties has no '" + name + "' (write a port)");
    }
    return Integer.parseInt(port.strip());
  }

  private static void portal(Properties settings, Portal portal) throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port(settings, "portal"));
    HttpServer server = HttpServer.create(address, 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    portal.serve(server);
    server.start();
  }

  private static void change(Gateway gateway, Policy policy) {
    Gateway.Closed closed = gateway.policyChanged(policy);
    tell("version " + policy.version() + " of the policy is in force; closed: " + closed);
  }

  /** Closes what a decision let live when the decision is over. */
  private static void endWhatIsOver(Gateway gateway, InstantSource clock)
      throws InterruptedException {
    while (true) {
      Gateway.Closed closed = gateway.askAgain();
      if (closed.grants() > 0) {
        tell("a decision is over; closed: " + closed);
      }
      Instant now = clock.instant();
      Duration wait = gateway.nextEnd().map(end -> Duration.between(now, end)).orElse(LONGEST_WAIT);
      // Never long: what is opened meanwhile may end sooner.
      Thread.sleep(wait.compareTo(LONGEST_WAIT) < 0 ? wait.plusMillis(1) : LONGEST_WAIT);
    }
  }

  /** What runs beside the rest; a gateway without it is none. */
  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private static void inBackground(Work work) {
    Thread.startVirtualThread(() -> {
      try {
        work.run();
      } catch (IOException | InterruptedException | RuntimeException e) {
        e.printStackTrace();
        System.exit(1);
      }
    });
  }

  private static synchronized void tell(String line) {
    System.out.println(line);
  }
}
