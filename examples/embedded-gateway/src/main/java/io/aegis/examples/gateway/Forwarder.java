package io.aegis.examples.gateway;

import io.aegis.api.IpAddress;
import io.aegis.api.Target;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.policy.Service;
import java.io.Closeable;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/** Takes the connections to one service. Each has a virtual thread. */
final class Forwarder implements Closeable {

  private static final int PATIENCE_MS = 1_000;

  private final ServerSocket listener;
  private final String serviceId;
  private final Gateway gateway;
  private final Enforcer enforcer;
  private final InstantSource clock;
  private final Consumer<String> tell;

  Forwarder(
      ServerSocket listener,
      String serviceId,
      Gateway gateway,
      Enforcer enforcer,
      InstantSource clock,
      Consumer<String> tell) {
    this.listener = listener;
    this.serviceId = serviceId;
    this.gateway = gateway;
    this.enforcer = enforcer;
    this.clock = clock;
    this.tell = tell;
  }

  /** Takes connections until this is closed. */
  void run() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Thread.startVirtualThread(() -> serve(client));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          tell.accept("no connection to " + serviceId + ": " + e.getMessage());
        }
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      IpAddress from = IpAddress.of(client.getInetAddress());
      Optional<Target> target = target();
      Optional<Activation> activation = gateway.find(from, serviceId);
      if (target.isPresent() && activation.isPresent() && isAdmitted(from, target.get())) {
        forward(client, activation.get(), target.get());
      } else {
        tell.accept("refused " + from + " to " + serviceId);
        end(client);
      }
    } catch (IOException e) {
      tell.accept("no connection to " + serviceId + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends a connection in peace: one with unread bytes would be reset, and clients wonder why. */
  private static void end(Socket client) throws IOException {
    client.shutdownOutput();
    client.setSoTimeout(PATIENCE_MS);
    client.getInputStream().readNBytes(1);
    client.getInputStream().skip(client.getInputStream().available());
  }

  /** The enforcer has the last word, as it has on a gateway whose packets it filters. */
  private boolean isAdmitted(IpAddress from, Target target) {
    byte[] syn = TcpSyn.frame(from, target.prefix().address(), target.ports().first());
    Verdict verdict = enforcer.explain(Main.INTERFACE, syn);
    return verdict.admitted();
  }

  private Optional<Target> target() {
    return gateway.policy().services().stream()
        .filter(service -> service.id().equals(serviceId))
        .map(Service::targets)
        .flatMap(targets -> targets.stream().limit(1))
        .findFirst();
  }

  private void forward(Socket client, Activation activation, Target target)
      throws IOException, InterruptedException {
    try (var service =
        new Socket(target.prefix().address().toInetAddress(), target.ports().first())) {
      tell.accept("forwards " + activation.request().principal().name() + " to " + serviceId);
      new Connection(client, service, activation, clock).forward();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
