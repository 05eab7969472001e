package io.aegis.server.lab;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.aegis.api.IpAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * The services of the private zone: HTTP on {@code web:8080} and {@code web:8081}, a TCP echo on
 * {@code echo:8080}, a UDP echo on {@code web:8080}. It counts who got through, and tells on the
 * zone's loopback alone. Runs until closed.
 */
public final class LabServices implements AutoCloseable {
  /** The port of every service. */
  public static final int PORT = 8080;

  /** Another port that really listens on the host of the HTTP service. */
  public static final int OTHER_PORT = 8081;

  /** What a transfer sends at a time, and how long it rests then: a stream, not a flood. */
  static final int CHUNK_BYTES = 0x1000;

  static final long CHUNK_PAUSE_NANOS = 250_000;

  /** Where the counts are told, on the zone's loopback. */
  static final int ARRIVALS_PORT = 7070;

  private final Arrivals arrivals = new Arrivals();
  private final List<AutoCloseable> open = new ArrayList<>();

  private LabServices() {}

  /**
   * Starts all services in the network namespace of the calling thread.
   *
   * @return the running services
   * @throws IOException if an address or port cannot be had
   */
  public static LabServices start() throws IOException {
    var services = new LabServices();
    try {
      for (IpAddress web : List.of(LabNetwork.WEB, LabNetwork.WEB_V6)) {
        services.http(new InetSocketAddress(web.toInetAddress(), PORT));
      }
      services.http(new InetSocketAddress(LabNetwork.WEB.toInetAddress(), OTHER_PORT));
      services.tcpEcho(new InetSocketAddress(LabNetwork.ECHO.toInetAddress(), PORT));
      services.udpEcho(new InetSocketAddress(LabNetwork.WEB.toInetAddress(), PORT));
      services.tell();
      return services;
    } catch (IOException e) {
      services.close();
      throw e;
    }
  }

  private void http(InetSocketAddress address) throws IOException {
    HttpServer server = HttpServer.create(address, 128);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::hello);
    server.createContext("/upload", this::upload);
    server.createContext("/download", this::download);
    server.start();
    open.add(() -> server.stop(0));
  }

  private void hello(HttpExchange exchange) throws IOException {
    arrivals.arrived("tcp", exchange.getRemoteAddress().getAddress());
    answer(exchange, "hello from web\n");
  }

  private void upload(HttpExchange exchange) throws IOException {
    arrivals.arrived("tcp", exchange.getRemoteAddress().getAddress());
    byte[] buffer = new byte[64 * 1024];
    long received = 0;
    InputStream body = exchange.getRequestBody();
    for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
      received += n;
      arrivals.uploaded(n);
    }
    answer(exchange, received + " bytes\n");
  }

  /** Sends for as long as anybody takes it. */
  private void download(HttpExchange exchange) throws IOException {
    arrivals.arrived("tcp", exchange.getRemoteAddress().getAddress());
    exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
    exchange.sendResponseHeaders(200, 0);
    byte[] chunk = new byte[CHUNK_BYTES];
    try (var out = exchange.getResponseBody()) {
      while (true) {
        out.write(chunk);
        out.flush();
        LockSupport.parkNanos(CHUNK_PAUSE_NANOS);
      }
    }
  }

  private static void answer(HttpExchange exchange, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    exchange.sendResponseHeaders(200, bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private void tcpEcho(InetSocketAddress address) throws IOException {
    var server = new ServerSocket();
    server.bind(address);
    open.add(server);
    Thread.ofPlatform()
        .name("tcp-echo")
        .daemon()
        .start(() -> {
          while (!server.isClosed()) {
            acceptOne(server);
          }
        });
  }

  private void acceptOne(ServerSocket server) {
    try {
      Socket socket = server.accept();
      arrivals.arrived("tcp", socket.getInetAddress());
      Thread.ofVirtual().start(() -> echo(socket));
    } catch (IOException e) {
      // Closed, or a client that went away before it was accepted: the next turn tells which.
    }
  }

  private static void echo(Socket socket) {
    try (socket) {
      socket.getInputStream().transferTo(socket.getOutputStream());
    } catch (IOException e) {
      // The client is gone; there is nobody to tell.
    }
  }

  private void udpEcho(InetSocketAddress address) throws IOException {
    var socket = new DatagramSocket(address);
    open.add(socket);
    Thread.ofPlatform()
        .name("udp-echo")
        .daemon()
        .start(() -> {
          var packet = new DatagramPacket(new byte[1500], 1500);
          while (!socket.isClosed()) {
            echoOne(socket, packet);
          }
        });
  }

  private void echoOne(DatagramSocket socket, DatagramPacket packet) {
    try {
      socket.receive(packet);
      arrivals.arrived("udp", packet.getAddress());
      socket.send(packet);
    } catch (IOException e) {
      // Closed, or the sender cannot be reached: the next turn tells which.
    }
  }

  /** Returns who got through so far. */
  Arrivals.Told arrivals() {
    return Arrivals.Told.parse(arrivals.text());
  }

  private void tell() throws IOException {
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), ARRIVALS_PORT), 16);
    server.createContext("/", exchange -> answer(exchange, arrivals.text()));
    server.start();
    open.add(() -> server.stop(0));
  }

  /** Stops all services. */
  @Override
  public void close() {
    for (AutoCloseable service : open.reversed()) {
      try {
        service.close();
      } catch (Exception e) {
        System.getLogger("io.aegis.lab").log(System.Logger.Level.WARNING, "closing a service", e);
      }
    }
  }
}
