package io.aegis.server.agent;

import io.aegis.enforcer.spi.DropListener;
import io.aegis.enforcer.spi.Subscription;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where commands of this machine's operator reach the running agent: a socket in its state
 * directory, which nobody else can enter. A command is one line; its answer ends with the
 * connection. Thread-safe.
 */
final class ControlSocket implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);
  private static final int MOST_CONNECTIONS = 16;
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Does what commands ask for. */
  interface Commands {
    /** How the agent stands, in lines {@code name=value}. */
    String status();

    /** Confirms; a line that begins with {@code ok} or {@code refused}. */
    String confirm();

    /** Begins to report drops. */
    Subscription events(DropListener listener);
  }

  private final Path path;
  private final ServerSocketChannel server;
  private final Commands commands;
  private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();

  private ControlSocket(Path path, ServerSocketChannel server, Commands commands) {
    this.path = path;
    this.server = server;
    this.commands = commands;
  }

  /** Where the socket of an agent is. */
  static Path path(Path stateDirectory) {
    return stateDirectory.resolve("control");
  }

  /**
   * Begins to answer. The caller has the lock of the directory, so what is left there is nobody's.
   *
   * @throws IOException if there can be no socket
   */
  static ControlSocket open(Path stateDirectory, Commands commands) throws IOException {
    Path path = path(stateDirectory);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      Files.deleteIfExists(path);
      server.bind(UnixDomainSocketAddress.of(path));
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException | RuntimeException e) {
      server.close();
      throw new IOException(
          "opening the agent's socket %s: %s; a path of at most 107 bytes on a local disk will do"
              .formatted(path, e.getMessage()),
          e);
    }
    var socket = new ControlSocket(path, server, commands);
    Thread.ofVirtual().name("aegis-control").start(socket::accept);
    return socket;
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        begin(server.accept());
      } catch (ClosedChannelException e) {
        LOG.debug("event=control-closed", e); // as it is when the agent stops
      } catch (IOException e) {
        // Without a free descriptor, say: that passes, and an operator must be heard then.
        LOG.warn("event=control-accept-failed reason=\"{}\"", e.getMessage());
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private void begin(SocketChannel connection) throws IOException {
    if (connections.size() >= MOST_CONNECTIONS) {
      connection.close();
    } else {
      connections.add(connection);
      Thread.ofVirtual().name("aegis-control").start(() -> answer(connection));
    }
  }

  private void answer(SocketChannel connection) {
    try (connection;
        var in =
            new BufferedReader(
                new InputStreamReader(
                    Channels.newInputStream(connection), StandardCharsets.UTF_8));
        var out =
            new PrintStream(Channels.newOutputStream(connection), true, StandardCharsets.UTF_8)) {
      String asked = in.readLine();
      switch (asked == null ? "" : asked) {
        case "status" -> out.print(commands.status());
        case "confirm" -> out.println(commands.confirm());
        case "events" -> events(in, out);
        default -> out.println("refused: this agent knows no command '" + asked + "'");
      }
    } catch (IOException e) {
      LOG.debug("event=control-connection-lost", e);
    } finally {
      connections.remove(connection);
    }
  }

  /** Reports until the other end closes; one that does not read loses reports, and is told so. */
  private void events(BufferedReader in, PrintStream out) throws IOException {
    try (Subscription _ = commands.events(event -> out.println(EventLine.write(event)))) {
      while (in.readLine() != null) {
        LOG.debug("event=control-ignored");
      }
    } catch (RuntimeException e) {
      out.println("refused: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    try (server) {
      for (SocketChannel connection : connections) {
        connection.close();
      }
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.warn("event=control-close-failed", e);
    }
  }
}
