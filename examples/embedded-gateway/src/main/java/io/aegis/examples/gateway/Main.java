package io.aegis.examples.gateway;

import com.sun.net.httpserver.HttpServer;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.policy.Policy;
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
   * @throws InterruptedException if it is interrupted
   */
  public static void main(String[] arguments) throws InterruptedException {
    try {
      run(Path.of(arguments.length == 0 ? "." : arguments[0]), InstantSource.system());
    } catch (IOException e) {
      System.err.println("the gateway does not start: " + e.getMessage());
      System.exit(1);
    }
  }

  private static void run(Path directory, InstantSource clock)
      throws IOException, InterruptedException {
    requireFiles(directory);
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

  private static void requireFiles(Path directory) throws IOException {
    for (String name : List.of("gateway.properties", "policy.yaml", "users.properties")) {
      if (!Files.isReadable(directory.resolve(name))) {
        throw new IOException(
            "it cannot read "
                + name
                + " in "
                + directory.toAbsolutePath().normalize()
                + " (start it in examples/embedded-gateway, or give the directory as the argument)");
      }
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
    int port = port(settings, name);
    try {
      return new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw cannotListen(name, port, e);
    }
  }

  private static int port(Properties settings, String name) throws IOException {
    String port = settings.getProperty(name, "").strip();
    if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
      throw new IOException("gateway.properties: '" + name + "' is not a port: '" + port + "'");
    }
    return Integer.parseInt(port);
  }

  private static IOException cannotListen(String name, int port, IOException cause) {
    return new IOException(
        "gateway.properties: '"
            + name
            + "' cannot listen on port "
            + port
            + ": "
            + cause.getMessage()
            + " (end what listens there, or write another port)",
        cause);
  }

  private static void portal(Properties settings, Portal portal) throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port(settings, "portal"));
    HttpServer server;
    try {
      server = HttpServer.create(address, 0);
    } catch (IOException e) {
      throw cannotListen("portal", address.getPort(), e);
    }
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
