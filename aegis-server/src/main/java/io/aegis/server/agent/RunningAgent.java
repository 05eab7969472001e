package io.aegis.server.agent;

import io.aegis.enforcer.spi.DropListener;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The agent that runs on this machine with some state directory, for commands. Stateless. */
public final class RunningAgent {
  private static final long PATIENCE_SECONDS = 10;

  private final Path stateDirectory;
  private final Path socket;

  /**
   * Names an agent; asks nothing.
   *
   * @param stateDirectory where it remembers what it has applied
   */
  public RunningAgent(Path stateDirectory) {
    this.stateDirectory = stateDirectory;
    this.socket = ControlSocket.path(stateDirectory);
  }

  /** The agent does not do what it was asked for. The message says why, and what to do. */
  public static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  /**
   * How a running agent stands.
   *
   * @param controller the controller it is connected to; empty for none
   * @param confirmation {@code confirmed}, {@code waiting} or {@code given-up}
   * @param secondsLeft until it gives up, while it waits
   * @param interfaces the protected interfaces in words, those in audit mode marked
   */
  public record Standing(
      String controller, String confirmation, long secondsLeft, String interfaces) {

    /**
     * Returns whether it outlives the agent.
     *
     * @return false while it waits to be confirmed, and when it was given up
     */
    public boolean isConfirmed() {
      return confirmation.equals("confirmed");
    }
  }

  /**
   * Asks how it stands.
   *
   * @return empty if no agent runs there
   */
  public Optional<Standing> standing() {
    try (SocketChannel connection = connect()) {
      Map<String, String> said = new LinkedHashMap<>();
      for (String line : askNow(connection, "status").lines().toList()) {
        String[] parts = line.split("=", 2);
        said.put(parts[0], parts.length == 2 ? parts[1] : "");
      }
      return Optional.of(
          new Standing(
              said.getOrDefault("controller", ""),
              said.getOrDefault("confirmation", ""),
              Long.parseLong(said.getOrDefault("seconds_left", "0")),
              said.getOrDefault("interfaces", "")));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty(); // stopped, or about to
    }
  }

  /**
   * Lets what it enforces outlive it.
   *
   * @return what it says
   * @throws IOException if no agent answers
   * @throws RefusedException if it does not confirm
   */
  public String confirm() throws IOException, RefusedException {
    try (SocketChannel connection = connect()) {
      String said;
      try (BufferedReader lines = askNow(connection, "confirm")) {
        said = lines.readLine();
      }
      if (said == null || !said.startsWith("ok: ")) {
        throw new RefusedException(
            said == null ? "the agent ended before it answered; start it again" : said);
      }
      return said.substring(4);
    }
  }

  /**
   * Hears of drops until the agent ends, or the thread is interrupted.
   *
   * @param listener called by the calling thread
   * @throws IOException if no agent answers, or it ends
   * @throws RefusedException if its enforcer tells of no drops
   */
  public void listen(DropListener listener) throws IOException, RefusedException {
    try (SocketChannel connection = connect();
        BufferedReader lines = ask(connection, "events")) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("refused: ")) {
          throw new RefusedException(line);
        }
        listener.dropped(EventLine.read(line));
      }
    }
  }

  /**
   * Lets the next start be confirmed again, if it is to be; for after a detaching.
   *
   * @throws IOException if it cannot be; the next start is a confirmed one then
   */
  public void forgetConfirmation() throws IOException {
    Confirmed.forget(stateDirectory);
  }

  private SocketChannel connect() throws IOException {
    try {
      return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException(
          "asking the agent at %s: %s; is it running, with this data.directory, and are you its user?"
              .formatted(socket, e.getMessage()),
          e);
    }
  }

  /** Asks what is answered at once. */
  private static BufferedReader askNow(SocketChannel connection, String command)
      throws IOException {
    CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .execute(() -> closeSilent(connection));
    return ask(connection, command);
  }

  private static void closeSilent(SocketChannel connection) {
    try {
      connection.close();
    } catch (IOException e) {
      System.getLogger(RunningAgent.class.getName())
          .log(System.Logger.Level.DEBUG, "closing a connection to the agent", e);
    }
  }

  private static BufferedReader ask(SocketChannel connection, String command) throws IOException {
    OutputStream out = Channels.newOutputStream(connection);
    out.write((command + "\n").getBytes(StandardCharsets.UTF_8));
    return new BufferedReader(
        new InputStreamReader(Channels.newInputStream(connection), StandardCharsets.UTF_8));
  }
}
