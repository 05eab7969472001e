package io.aegis.examples.gateway;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.InstantSource;

/** Hands on what a client and a service send each other, for as long as the decision is valid. */
final class Connection implements Closeable {

  private final Socket client;
  private final Socket service;
  private final Activation activation;
  private final InstantSource clock;

  Connection(Socket client, Socket service, Activation activation, InstantSource clock) {
    this.client = client;
    this.service = service;
    this.activation = activation;
    this.clock = clock;
  }

  /** Forwards both ways until one side ends it, or the decision does. */
  void forward() throws InterruptedException {
    try (this) {
      if (activation.add(this)) {
        Thread back = Thread.startVirtualThread(() -> pump(service, client));
        pump(client, service);
        back.join();
      }
    } catch (IOException e) {
      // Closing what is closed already.
    } finally {
      activation.remove(this);
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] buffer = new byte[8_192];
    try {
      InputStream in = from.getInputStream();
      int count = in.read(buffer);
      // Asked before each write: a timer that is late lets nothing through.
      while (count >= 0 && activation.isLiveAt(clock.instant())) {
        to.getOutputStream().write(buffer, 0, count);
        count = in.read(buffer);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      closeBoth(); // one side has gone; the other has nobody to talk to
    }
  }

  private void closeBoth() {
    try {
      close();
    } catch (IOException e) {
      // Nothing is left to be done about a socket that cannot be closed.
    }
  }

  @Override
  public void close() throws IOException {
    try (client) {
      service.close();
    }
  }
}
