package io.aegis.server.lab;

import static java.util.stream.Collectors.joining;

import io.aegis.api.IpAddress;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Who got through to the services of a lab. Safe for any number of threads. */
public final class Arrivals {
  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
  private final LongAdder uploadedBytes = new LongAdder();

  /** Notes a connection or datagram. */
  void arrived(String protocol, InetAddress from) {
    counts.computeIfAbsent(protocol + " " + IpAddress.of(from), _ -> new LongAdder()).increment();
  }

  /** Notes bytes of an upload. */
  void uploaded(int bytes) {
    uploadedBytes.add(bytes);
  }

  /** Returns everything as lines of {@code key value}. */
  String text() {
    return counts.entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue().sum() + "\n")
            .collect(joining())
        + "uploaded bytes "
        + uploadedBytes.sum()
        + "\n";
  }

  /** What was told by {@link #text()}, read again. */
  public record Told(Map<String, Long> values) {
    static Told parse(String text) {
      return new Told(
          Arrays.stream(text.split("\n"))
              .collect(
                  java.util.stream.Collectors.toUnmodifiableMap(
                      line -> line.substring(0, line.lastIndexOf(' ')),
                      line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))));
    }

    /** Returns how many connections and datagrams came from a client. */
    public long from(IpAddress client) {
      return values.getOrDefault("tcp " + client, 0L) + values.getOrDefault("udp " + client, 0L);
    }

    /** Returns how many bytes were uploaded so far. */
    public long uploadedBytes() {
      return values.getOrDefault("uploaded bytes", 0L);
    }
  }
}
