package io.aegis.server.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Sends bytes over TLS that no decent client would send. */
final class RawHttps {
  private static final int PATIENCE_MS = 5_000;

  private final int port;
  private final SSLContext tls;

  RawHttps(int port, SSLContext tls) {
    this.port = port;
    this.tls = tls;
  }

  /** Opens a connection, the handshake done. */
  SSLSocket connect(String... protocols) throws IOException {
    SSLSocket socket =
        (SSLSocket) tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MS);
    if (protocols.length > 0) {
      socket.setEnabledProtocols(protocols);
    }
    socket.startHandshake();
    return socket;
  }

  /**
   * Sends text, a byte for each character, and reads until the server closes.
   *
   * @return everything that came; empty if the server closed without a word
   */
  String exchange(String text) throws IOException {
    try (SSLSocket socket = connect()) {
      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the server neither answered nor closed", e);
    } catch (SocketException e) {
      return "";
    }
  }

  /** Sends a request line and headers, asks to close, and reads the answer. */
  String request(String line, String... headers) throws IOException {
    StringBuilder text = new StringBuilder(line).append("\r\nHost: localhost\r\n");
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    return exchange(text.append("Connection: close\r\n\r\n").toString());
  }

  /** Returns the status of an answer, or 0 if there is none. */
  static int status(String answer) {
    return answer.startsWith("HTTP/1.1 ") ? Integer.parseInt(answer.substring(9, 12)) : 0;
  }

  /** Returns the body of an answer. */
  static String body(String answer) {
    int end = answer.indexOf("\r\n\r\n");
    return end < 0 ? "" : answer.substring(end + 4);
  }
}
