package io.aegis.enforcer.xdp.internal;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what arrives on a port, until it is closed. */
final class UdpListener implements AutoCloseable {
  private final DatagramSocket socket;
  private final AtomicInteger received = new AtomicInteger();
  private final Thread thread;

  UdpListener(Veth veth, int port) throws IOException {
    socket = new DatagramSocket(new InetSocketAddress(veth.nearAddress(), port));
    socket.setReceiveBufferSize(4 << 20);
    socket.setSoTimeout(500);
    thread = Thread.ofPlatform().name("listener-" + port).start(this::run);
  }

  private void run() {
    var packet = new DatagramPacket(new byte[64], 64);
    while (!socket.isClosed()) {
      try {
        socket.receive(packet);
        received.incrementAndGet();
      } catch (SocketTimeoutException e) {
        // Nothing for a while.
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  int count() {
    return received.get();
  }

  void awaitCount(int count) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (received.get() < count && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    socket.close();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
