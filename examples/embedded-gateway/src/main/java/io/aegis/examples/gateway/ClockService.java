package io.aegis.examples.gateway;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Something to protect: tells the seconds since a connection began, over HTTP, and never ends. */
final class ClockService {

  private static final String HEAD = "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n";

  private final ServerSocket listener;

  ClockService(ServerSocket listener) {
    this.listener = listener;
  }

  void run() throws IOException {
    while (true) {
      Socket client = listener.accept();
      Thread.startVirtualThread(() -> serve(client));
    }
  }

  private static void serve(Socket client) {
    try (client;
        OutputStream out = client.getOutputStream()) {
      out.write(HEAD.getBytes(StandardCharsets.US_ASCII));
      for (int second = 0; ; second++) {
        out.write(("second " + second + "\n").getBytes(StandardCharsets.US_ASCII));
        Thread.sleep(1_000);
      }
    } catch (IOException e) {
      // The client has gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
