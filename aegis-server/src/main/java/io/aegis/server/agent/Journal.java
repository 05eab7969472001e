package io.aegis.server.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of records of one size, each with a checksum, that only grows; {@link #rewrite} makes it
 * small again. A write that was cut off by a kill leaves a bad record at the end: it and what
 * follows is dropped when the file is opened.
 *
 * <p>Not thread-safe.
 */
final class Journal implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

  private static final int RECORD_BYTES = 1 + 4 * Long.BYTES + Integer.BYTES;

  /** What a record says, with its number in the file. */
  enum Kind {
    /** a: an epoch begins; what stands before is void. */
    EPOCH(1),
    /** a: epoch, b: revision; both are applied. */
    POSITION(2),
    /** a: grant, b: version, c: hard expiry (ms), d: keep until (ms). */
    PUT(3),
    /** a: grant, b: revision, c: keep until (ms). */
    REMOVED(4),
    /** a: grant, b: version; it ended for good. */
    ENDED(5);

    private final int number;

    Kind(int number) {
      this.number = number;
    }

    private static @Nullable Kind of(int number) {
      for (Kind kind : values()) {
        if (kind.number == number) {
          return kind;
        }
      }
      return null;
    }
  }

  /** One record. */
  record Entry(Kind kind, long a, long b, long c, long d) {}

  private final Path path;
  private FileChannel channel;
  private long records;
  // The last write has failed: what stands behind the records is no record.
  private boolean cutOff;

  private Journal(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  static Journal open(Path path) throws IOException {
    return new Journal(
        path,
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  long records() {
    return records;
  }

  /** Reads all good records, and cuts off what is not. Called once, before anything is written. */
  void replay(Consumer<Entry> reader) throws IOException {
    ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(path));
    while (all.remaining() >= RECORD_BYTES) {
      int start = all.position();
      Entry record = decode(all);
      if (record == null) {
        all.position(start);
        break;
      }
      reader.accept(record);
      records++;
    }
    if (all.hasRemaining()) {
      LOG.warn(
          "event=ledger-cut file={} bytes={} reason=\"the last write was cut off\"",
          path,
          all.remaining());
      channel.truncate(records * RECORD_BYTES);
    }
  }

  private static @Nullable Entry decode(ByteBuffer from) {
    var crc = new CRC32();
    crc.update(from.slice(from.position(), RECORD_BYTES - Integer.BYTES));
    Kind kind = Kind.of(from.get());
    Entry record =
        kind == null
            ? null
            : new Entry(kind, from.getLong(), from.getLong(), from.getLong(), from.getLong());
    return record != null && from.getInt() == (int) crc.getValue() ? record : null;
  }

  /**
   * Writes records behind the others.
   *
   * @throws IOException if they could not be written; none of them counts then
   */
  void append(List<Entry> more) throws IOException {
    long end = records * RECORD_BYTES;
    if (cutOff) {
      // Half a record in the middle would hide everything behind it.
      channel.truncate(end);
    }
    cutOff = true;
    ByteBuffer bytes = encode(more);
    while (bytes.hasRemaining()) {
      channel.write(bytes, end + bytes.position());
    }
    cutOff = false;
    records += more.size();
  }

  private static ByteBuffer encode(List<Entry> more) {
    ByteBuffer bytes = ByteBuffer.allocate(more.size() * RECORD_BYTES);
    for (Entry record : more) {
      int start = bytes.position();
      bytes.put((byte) record.kind().number);
      bytes.putLong(record.a()).putLong(record.b()).putLong(record.c()).putLong(record.d());
      var crc = new CRC32();
      crc.update(bytes.slice(start, RECORD_BYTES - Integer.BYTES));
      bytes.putInt((int) crc.getValue());
    }
    return bytes.flip();
  }

  /** Puts these records in the place of all others, or changes nothing. */
  void rewrite(List<Entry> all) throws IOException {
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    FileChannel written =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      ByteBuffer bytes = encode(all);
      while (bytes.hasRemaining()) {
        written.write(bytes);
      }
      written.force(true);
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      written.close();
      Files.deleteIfExists(fresh); // a full disk is not to be filled further
      throw e;
    }
    channel.close();
    channel = written;
    records = all.size();
    cutOff = false;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
