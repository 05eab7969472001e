package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes sure that an instance has one writer on this machine. Thread-safe.
 *
 * <p>A record lock on a file: the kernel gives it up when the process dies, however it dies. Not on
 * the pins themselves, because the BPF file system has no locks; not an abstract socket, because
 * those are per network namespace and pins are not.
 */
final class InstanceLock implements AutoCloseable {

  private static final Path DIRECTORY = Path.of("/run/aegis");
  private static final int TRIES = 10;
  private static final Set<OpenOption> OPEN =
      Set.of(
          StandardOpenOption.CREATE,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          LinkOption.NOFOLLOW_LINKS);
  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final Pattern PID = Pattern.compile("pid ([0-9]+) ");

  private final FileChannel channel;
  private final Path file;

  private InstanceLock(FileChannel channel, Path file) {
    this.channel = channel;
    this.file = file;
  }

  /**
   * Takes the lock of an instance.
   *
   * @throws EnforcerException of kind {@code BUSY} if somebody has it
   */
  static InstanceLock take(String instance, String doing) {
    Path file = DIRECTORY.resolve(instance + ".lock");
    try {
      Files.createDirectories(DIRECTORY);
      for (int i = 0; i < TRIES; i++) {
        FileChannel channel = open(file);
        if (lock(channel, file, doing)) {
          return new InstanceLock(channel, file);
        }
      }
      throw busy(doing, file, "it changes hands all the time");
    } catch (IOException e) {
      throw new EnforcerException(Kind.INTERNAL, doing + ": locking " + file, e);
    }
  }

  /** For this user alone: whoever can read the file could lock it, and keep everybody out. */
  private static FileChannel open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, OPEN, PRIVATE);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return channel;
  }

  /**
   * Locks an open file; false if its owner removed it meanwhile, so that another file may stand
   * under the name. What is written is read back through the name, which tells.
   */
  private static boolean lock(FileChannel channel, Path file, String doing) throws IOException {
    boolean isOurs = false;
    try {
      if (channel.tryLock() == null) {
        throw busy(doing, file, read(channel));
      }
      String mark = "pid " + ProcessHandle.current().pid() + " " + UUID.randomUUID();
      channel.truncate(0).write(ByteBuffer.wrap(mark.getBytes(StandardCharsets.UTF_8)), 0);
      isOurs = Files.readString(file).equals(mark);
      return isOurs;
    } catch (NoSuchFileException e) {
      return false;
    } catch (OverlappingFileLockException e) {
      throw busy(doing, file, "this process");
    } finally {
      if (!isOurs) {
        channel.close();
      }
    }
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(64);
    channel.read(text, 0);
    Matcher pid = PID.matcher(StandardCharsets.UTF_8.decode(text.flip()));
    return pid.lookingAt() ? "the process " + pid.group(1) : "another process";
  }

  private static EnforcerException busy(String doing, Path file, String holder) {
    return new EnforcerException(
        Kind.BUSY,
        doing
            + ": "
            + holder
            + " has it open (lock "
            + file
            + "); stop that first, or use another instance name");
  }

  /** Gives the lock up; the file goes first, while nobody else can hold it. */
  @Override
  public void close() {
    try (channel) {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new IllegalStateException("unlocking " + file, e);
    }
  }
}
