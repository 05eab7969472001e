package io.aegis.server.lab;

import static java.util.stream.Collectors.joining;

import io.aegis.api.IpAddress;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Who got through to the services of a lab. Safe for any number of threads. */
public final class Arrivals {
  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
  private final LongAdder uploadedBytes = new LongAdder();
  private final AtomicLong lastUploadNanos = new AtomicLong();

  /** Notes a connection or datagram. */
  void arrived(String protocol, InetAddress from) {
    counts.computeIfAbsent(protocol + " " + IpAddress.of(from), _ -> new LongAdder()).increment();
  }

  /** Notes bytes of an upload. */
  void uploaded(int bytes) {
    uploadedBytes.add(bytes);
    lastUploadNanos.set(System.nanoTime()); // CLOCK_MONOTONIC: the same in every process
  }

  /** Returns everything as lines of {@code key value}. */
  String text() {
    return counts.entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue().sum() + "\n")
            .collect(joining())
        + "uploaded bytes "
        + uploadedBytes.sum()
        + "\n"
        + "uploaded last "
        + lastUploadNanos.get()
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

    /** Returns when the last of them was read, as {@link System#nanoTime()}. */
    public long lastUploadNanos() {
      return values.getOrDefault("uploaded last", 0L);
    }
  }
}
