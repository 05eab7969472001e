package io.aegis.server.lab;

import io.aegis.api.IpAddress;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A person's machine in the lab: knocks on doors from inside a client namespace. Safe for any
 * number of threads.
 */
public final class LabClient {
  private final NetworkNamespace namespace;

  /**
   * Makes a client.
   *
   * @param namespace where it is
   */
  public LabClient(NetworkNamespace namespace) {
    this.namespace = namespace;
  }

  /**
   * Tries to open a TCP connection.
   *
   * @param to the address
   * @param port the port
   * @param patience how long to wait for an answer
   * @return true if it was accepted; false if nothing came back or it was refused
   */
  public boolean connects(IpAddress to, int port, Duration patience) {
    return namespace.call(() -> {
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress(to.toInetAddress(), port), (int) patience.toMillis());
        return true;
      } catch (IOException e) {
        return false;
      }
    });
  }

  /**
   * Sends a datagram and waits for its echo.
   *
   * @param to the address
   * @param port the port
   * @param patience how long to wait for the echo
   * @return true if it came back
   */
  public boolean echoes(IpAddress to, int port, Duration patience) {
    return namespace.call(() -> {
      try (var socket = new DatagramSocket()) {
        socket.setSoTimeout((int) patience.toMillis());
        byte[] data = "knock".getBytes(StandardCharsets.US_ASCII);
        socket.send(new DatagramPacket(data, data.length, to.toInetAddress(), port));
        socket.receive(new DatagramPacket(new byte[64], 64));
        return true;
      } catch (SocketTimeoutException e) {
        return false;
      }
    });
  }

  /**
   * Sends an ICMP echo request.
   *
   * @param to the address
   * @param patience how long to wait for the reply
   * @return true if it came back
   */
  public boolean pings(IpAddress to, Duration patience) {
    return namespace.call(() -> to.toInetAddress().isReachable((int) patience.toMillis()));
  }

  /**
   * Asks the HTTP service for its page.
   *
   * @param to the address
   * @param patience how long to wait for each step
   * @return true if the answer was 200
   */
  public boolean gets(IpAddress to, Duration patience) {
    return namespace.call(() -> {
      try (var socket = new Socket()) {
        int millis = (int) patience.toMillis();
        socket.setSoTimeout(millis);
        socket.connect(new InetSocketAddress(to.toInetAddress(), LabServices.PORT), millis);
        socket
            .getOutputStream()
            .write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        byte[] answer = socket.getInputStream().readNBytes(12);
        return new String(answer, StandardCharsets.US_ASCII).endsWith(" 200");
      } catch (IOException e) {
        return false;
      }
    });
  }

  /**
   * Begins an upload that goes on until it is stopped or the path is closed.
   *
   * @param to the address of the HTTP service
   * @return the upload
   */
  public Transfer upload(IpAddress to) {
    var upload = new Transfer();
    upload.done = namespace.start(() -> upload.run(to, upload::send));
    return upload;
  }

  /**
   * Begins a download that goes on until it is stopped or the path is closed.
   *
   * @param from the address of the HTTP service
   * @return the download
   */
  public Transfer download(IpAddress from) {
    var download = new Transfer();
    download.done = namespace.start(() -> download.run(from, download::receive));
    return download;
  }

  /** A transfer under way, in one direction. */
  public static final class Transfer implements AutoCloseable {
    private static final byte[] CHUNK = chunk();

    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicLong received = new AtomicLong();
    private volatile Socket socket = new Socket();
    private CompletableFuture<Void> done = new CompletableFuture<>();

    private Transfer() {}

    private interface Work {
      void on(Socket connected) throws IOException;
    }

    private static byte[] chunk() {
      byte[] head =
          (Integer.toHexString(LabServices.CHUNK_BYTES) + "\r\n")
              .getBytes(StandardCharsets.US_ASCII);
      byte[] chunk = new byte[head.length + LabServices.CHUNK_BYTES + 2];
      System.arraycopy(head, 0, chunk, 0, head.length);
      chunk[chunk.length - 2] = '\r';
      chunk[chunk.length - 1] = '\n';
      return chunk;
    }

    private Void run(IpAddress to, Work work) throws IOException {
      // The socket is made anew here: only sockets of this thread belong to the namespace.
      try (var mine = new Socket()) {
        socket = mine;
        mine.connect(new InetSocketAddress(to.toInetAddress(), LabServices.PORT), 2_000);
        work.on(mine);
      } catch (IOException e) {
        if (!stopped.get()) {
          throw e;
        }
      }
      return null;
    }

    private void send(Socket connected) throws IOException {
      OutputStream out = connected.getOutputStream();
      out.write(
          "POST /upload HTTP/1.1\r\nHost: web\r\nTransfer-Encoding: chunked\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII));
      while (!stopped.get()) {
        out.write(CHUNK);
        LockSupport.parkNanos(LabServices.CHUNK_PAUSE_NANOS);
      }
    }

    private void receive(Socket connected) throws IOException {
      connected
          .getOutputStream()
          .write("GET /download HTTP/1.1\r\nHost: web\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] buffer = new byte[64 * 1024];
      int n = 0;
      while (n >= 0 && !stopped.get()) {
        received.addAndGet(n);
        n = connected.getInputStream().read(buffer);
      }
    }

    /**
     * Returns how much of a download has come.
     *
     * @return bytes, with what HTTP puts around them; 0 for an upload
     */
    public long receivedBytes() {
      return received.get();
    }

    /** Stops it; data on the way is given up. */
    @Override
    public void close() {
      stopped.set(true);
      try {
        socket.setSoLinger(true, 0);
        socket.close();
      } catch (IOException e) {
        // It is closed or was never open: both are what is asked for.
      }
      done.exceptionally(_ -> null).join();
    }
  }
}
