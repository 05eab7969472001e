package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes sure that an instance has one writer on this machine. Thread-safe.
 *
 * <p>A record lock on a file: the kernel gives it up when the process dies, however it dies. Not on
 * the pins themselves, because the BPF file system has no locks; not an abstract socket, because
 * those are per network namespace and pins are not.
 *
 * <p>The kernel also gives it up when the process closes <em>any</em> descriptor of the file
 * (fcntl(2), record locks). So nothing here opens the file a second time: not to read it back, and
 * not to find out that this very process has the lock.
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
  private static final Path OWN_DESCRIPTORS = Path.of("/proc/self/fd");

  /** What this process has locked; guarded by this class. */
  private static final Set<Path> HELD = new HashSet<>();

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
  static synchronized InstanceLock take(String instance, String doing) {
    Path file = DIRECTORY.resolve(instance + ".lock");
    if (HELD.contains(file)) {
      throw busy(doing, file, "this process");
    }
    try {
      Files.createDirectories(DIRECTORY);
      for (int i = 0; i < TRIES; i++) {
        FileChannel channel = open(file);
        if (lock(channel, file, doing)) {
          HELD.add(file);
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
   * under the name.
   */
  private static boolean lock(FileChannel channel, Path file, String doing) throws IOException {
    boolean isOurs = false;
    try {
      if (channel.tryLock() == null) {
        throw busy(doing, file, read(channel));
      }
      String mark = "pid " + ProcessHandle.current().pid() + " ";
      channel.truncate(0).write(ByteBuffer.wrap(mark.getBytes(StandardCharsets.UTF_8)), 0);
      isOurs = hasOpen(file);
      return isOurs;
    } finally {
      if (!isOurs) {
        channel.close();
      }
    }
  }

  /** Whether a descriptor of this process is of the file that stands under a name now. */
  private static boolean hasOpen(Path file) throws IOException {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(OWN_DESCRIPTORS)) {
      Optional<Object> wanted = identity(file);
      if (wanted.isEmpty()) {
        return false;
      }
      for (Path descriptor : descriptors) {
        if (identity(descriptor).equals(wanted)) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * Device and inode; empty if it is gone meanwhile. Without opening: closing it again would give
   * the lock up.
   */
  private static Optional<Object> identity(Path path) throws IOException {
    try {
      return Optional.of(Files.readAttributes(path, BasicFileAttributes.class).fileKey());
    } catch (NoSuchFileException e) {
      return Optional.empty();
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
            + "); stop that first (another agent beside it needs another agent.instance)");
  }

  /** Gives the lock up; the file goes first, while nobody else can hold it. */
  @Override
  public void close() {
    synchronized (InstanceLock.class) {
      if (!channel.isOpen()) {
        return; // closed before: the file may be another's by now
      }
      try (channel) {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new IllegalStateException("unlocking " + file, e);
      } finally {
        HELD.remove(file);
      }
    }
  }
}
