package io.aegis.server.agent;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Nanoseconds since boot, time asleep included: {@code CLOCK_BOOTTIME} without a system call of our
 * own. {@code /proc/uptime} counts sleep but has steps of 10 ms; {@code System.nanoTime} is fine
 * but stands still during sleep. So the fine clock is read, plus what it has missed so far.
 *
 * <p>Thread-safe. Never goes back.
 */
final class BootClock implements LongSupplier {

  /** A difference below this is the coarseness of /proc/uptime and no sleep. */
  private static final long LEAST_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  // Open for good: a process without a free descriptor still knows the time. No channel: one of
  // those is closed for everybody when a thread that reads is interrupted.
  private final RandomAccessFile uptime;
  private final byte[] text = new byte[64];
  private final LongSupplier nanoTime;
  private long missed;

  BootClock() {
    this(Path.of("/proc/uptime"), System::nanoTime);
  }

  /**
   * Makes a clock.
   *
   * @throws IllegalStateException if the file cannot be read: without it sleep would be missed, and
   *     grants would live longer than they should
   */
  BootClock(Path uptime, LongSupplier nanoTime) {
    try {
      this.uptime = new RandomAccessFile(uptime.toFile(), "r");
    } catch (IOException e) {
      throw unreadable(e);
    }
    this.nanoTime = nanoTime;
    this.missed = readUptime() - nanoTime.getAsLong();
  }

  @Override
  public synchronized long getAsLong() {
    long fine = nanoTime.getAsLong();
    long behind = readUptime() - fine - missed;
    if (behind > LEAST_SLEEP_NANOS) {
      missed += behind;
    }
    return fine + missed;
  }

  private long readUptime() {
    try {
      uptime.seek(0);
      int length = Math.max(0, uptime.read(text));
      String read = new String(text, 0, length, StandardCharsets.US_ASCII);
      return new BigDecimal(read.substring(0, read.indexOf(' '))).movePointRight(9).longValue();
    } catch (IOException | RuntimeException e) {
      throw unreadable(e);
    }
  }

  private static IllegalStateException unreadable(Exception e) {
    return new IllegalStateException(
        "reading the time since boot from /proc/uptime failed; is /proc mounted?", e);
  }
}
