package io.aegis.examples.nftables;

import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Holds an instance for one enforcer of one process, as long as it is not closed. The kernel
 * releases it when the process dies. Thread-safe.
 */
final class TableLock implements AutoCloseable {
  private final FileChannel file;

  private TableLock(FileChannel file) {
    this.file = file;
  }

  /**
   * Takes the instance.
   *
   * @throws EnforcerException of kind {@code BUSY} if somebody has it
   */
  static TableLock take(Path folder, String instance, String doing) {
    try {
      Files.createDirectories(folder);
      FileChannel file =
          FileChannel.open(
              folder.resolve(instance + ".lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      if (lock(file) == null) {
        file.close();
        throw new EnforcerException(
            Kind.BUSY,
            doing
                + ": it is open already, in this process or in another one that holds "
                + folder.resolve(instance + ".lock")
                + "; close it or choose another name");
      }
      return new TableLock(file);
    } catch (IOException e) {
      throw new EnforcerException(
          Kind.NOT_PERMITTED, doing + ": cannot lock a file in " + folder + "; run as root", e);
    }
  }

  private static @Nullable FileLock lock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // this very process has it
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
