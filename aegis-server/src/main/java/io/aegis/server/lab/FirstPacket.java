package io.aegis.server.lab;

import io.aegis.api.IpAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * Finds out when a path opens: sends a fresh SYN every 100 µs until one is answered. A SYN that was
 * dropped is not sent again for a second, so the connection that completes first tells which SYN
 * was the first to be admitted.
 */
public final class FirstPacket {
  private static final long PAUSE_NANOS = 100_000;
  private static final int MOST_KNOCKS = 8_000;

  private FirstPacket() {}

  /**
   * Begins to knock.
   *
   * @param from the client's namespace
   * @param to the service's address
   * @param port its port
   * @param patience when to give up
   * @return completes with the {@link System#nanoTime()} at which the first admitted SYN was sent;
   *     with a {@link LabException} if none was admitted in time
   */
  public static CompletableFuture<Long> await(
      NetworkNamespace from, IpAddress to, int port, Duration patience) {
    var address = new InetSocketAddress(to.toInetAddress(), port);
    return from.start(() -> knock(address, patience));
  }

  private static long knock(InetSocketAddress to, Duration patience) throws IOException {
    var knocks = new ArrayList<SocketChannel>();
    long end = System.nanoTime() + patience.toNanos();
    // A selector, so that the knocking takes little time from those whose speed is measured.
    try (Selector answers = Selector.open()) {
      while (System.nanoTime() < end) {
        if (knocks.size() < MOST_KNOCKS) {
          knocks.add(send(to, answers));
        }
        LockSupport.parkNanos(PAUSE_NANOS);
        answers.selectNow();
        OptionalLong first =
            answers.selectedKeys().stream()
                .filter(FirstPacket::isAnswered)
                .mapToLong(key -> (Long) key.attachment())
                .min();
        answers.selectedKeys().clear();
        if (first.isPresent()) {
          return first.getAsLong();
        }
      }
      throw new LabException("no packet to " + to + " was admitted within " + patience);
    } finally {
      for (SocketChannel each : knocks) {
        each.close();
      }
    }
  }

  private static SocketChannel send(InetSocketAddress to, Selector answers) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.configureBlocking(false);
    long now = System.nanoTime();
    channel.connect(to);
    channel.register(answers, SelectionKey.OP_CONNECT, now);
    return channel;
  }

  private static boolean isAnswered(SelectionKey key) {
    try {
      return ((SocketChannel) key.channel()).finishConnect();
    } catch (IOException e) {
      key.cancel(); // refused, or given up by the kernel: no answer of the service
      return false;
    }
  }
}
