package io.aegis.server.agent;

import io.aegis.server.files.OwnFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.UUID;

/**
 * The agent's own directory: one agent at a time uses it. Held open until closed.
 *
 * <p>Thread-safe.
 */
final class StateDirectory implements AutoCloseable {

  private final Path directory;
  private final FileChannel lockFile;

  private StateDirectory(Path directory, FileChannel lockFile) {
    this.directory = directory;
    this.lockFile = lockFile;
  }

  /**
   * Opens the directory, making it with mode 0700 if absent.
   *
   * @throws IOException if it cannot be made or written, if another user can write it, or if
   *     another agent uses it
   */
  static StateDirectory open(Path directory) throws IOException {
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      // Whoever can write there can make the agent forget what was removed.
      OwnFiles.requireOwnDirectory(directory);
      FileChannel channel = OwnFiles.openLock(directory.resolve("lock"));
      return locked(directory, channel);
    } catch (IOException e) {
      throw new IOException(
          "using the agent's state directory %s: %s; name a directory that this user can write"
              .formatted(directory, e.getMessage()),
          e);
    }
  }

  private static StateDirectory locked(Path directory, FileChannel channel) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      channel.close();
      throw new IOException("another agent uses it; stop that one, or give this one its own");
    }
    return new StateDirectory(directory, channel);
  }

  Path resolve(String file) {
    return directory.resolve(file);
  }

  /** The name of this installation, made at the first start. */
  String installation() throws IOException {
    Optional<String> known = read("installation");
    if (known.isPresent() && known.get().matches("[0-9a-f-]{36}")) {
      return known.get();
    }
    String fresh = UUID.randomUUID().toString();
    write("installation", fresh);
    return fresh;
  }

  /** Reads a one-line file; empty if there is none. */
  Optional<String> read(String file) throws IOException {
    Path path = resolve(file);
    return Files.exists(path)
        ? Optional.of(Files.readString(path, StandardCharsets.UTF_8).strip())
        : Optional.empty();
  }

  /** Replaces a one-line file; when it returns, the new content survives a loss of power. */
  void write(String file, String content) throws IOException {
    Path fresh = resolve(file + ".new");
    try (FileChannel out =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      out.write(StandardCharsets.UTF_8.encode(content + "\n"));
      out.force(true);
    }
    Files.move(fresh, resolve(file), StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel parent = FileChannel.open(directory, StandardOpenOption.READ)) {
      parent.force(true);
    }
  }

  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      System.getLogger(StateDirectory.class.getName())
          .log(System.Logger.Level.DEBUG, "closing the lock of " + directory, e);
    }
  }
}
