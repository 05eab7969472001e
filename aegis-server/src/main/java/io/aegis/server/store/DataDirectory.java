package io.aegis.server.store;

import io.aegis.server.files.OwnFiles;
import io.aegis.server.store.StoreException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The directory of the database, held by one process: a second one would decide by a policy that
 * the first has changed. Closing it lets another process have it.
 */
final class DataDirectory implements AutoCloseable {
  private final FileChannel channel;

  private DataDirectory(FileChannel channel) {
    this.channel = channel;
  }

  /** Makes directory and file if they are absent, for this user alone, and locks the directory. */
  static DataDirectory take(StoreConfig config) {
    Path directory = config.directory();
    makeDirectory(directory);
    try {
      FileChannel channel = OwnFiles.openLock(directory.resolve("aegis.lock"));
      try {
        lock(channel, directory);
        makeFile(config.file());
        return new DataDirectory(channel);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw unusable("cannot write to data directory " + directory + " " + reason(e), e);
    }
  }

  private static void makeDirectory(Path directory) {
    if (!Files.isDirectory(directory)) {
      try {
        Files.createDirectories(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } catch (IOException e) {
        throw unusable("cannot make data directory " + directory + " " + reason(e), e);
      }
    }
    refuseIfOthersCanWrite(directory);
  }

  // Whoever can write to the directory can put another database in place of ours.
  private static void refuseIfOthersCanWrite(Path directory) {
    try {
      var permissions = Files.getPosixFilePermissions(directory);
      if (permissions.contains(PosixFilePermission.GROUP_WRITE)
          || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
        throw unusable(
            "data directory "
                + directory
                + " can be written by others ("
                + PosixFilePermissions.toString(permissions)
                + "): run 'chmod 700 "
                + directory
                + "' or choose another",
            null);
      }
    } catch (IOException e) {
      throw unusable("cannot look at data directory " + directory + " " + reason(e), e);
    }
  }

  private static void makeFile(Path file) throws IOException {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      // Of an earlier start.
    }
  }

  private static void lock(FileChannel channel, Path directory) throws IOException {
    @Nullable FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null; // held by this very process
    }
    if (lock == null) {
      throw unusable(
          "data directory " + directory + " is used by another controller: stop it first", null);
    }
  }

  private static String reason(IOException e) {
    return "("
        + e.getClass().getSimpleName().replace("Exception", "")
        + ": "
        + e.getMessage()
        + "): let this user write there, or choose another with data.directory";
  }

  private static StoreException unusable(String message, @Nullable Throwable cause) {
    return new StoreException(Kind.UNUSABLE, message, cause);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new StoreException(Kind.UNAVAILABLE, "cannot release the data directory", e);
    }
  }
}
