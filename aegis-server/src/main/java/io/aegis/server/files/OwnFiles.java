package io.aegis.server.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Opens files of this process's own in directories that may be older than the process, without
 * trusting what is there already. The messages of its exceptions say what is wrong and what to do,
 * for a caller to put behind the name of what it was doing. Stateless.
 */
public final class OwnFiles {

  private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-------");
  private static final FileAttribute<?> PRIVATE = PosixFilePermissions.asFileAttribute(MODE);

  private OwnFiles() {}

  /**
   * Refuses a directory in which another user could put, replace or remove a file. A sticky bit
   * does not help: it lets others put a file there before we do.
   *
   * @param directory an existing directory
   * @throws IOException if it belongs neither to this user nor to root, if its group or others can
   *     write it, or if it cannot be looked at
   */
  public static void requireOwnDirectory(Path directory) throws IOException {
    var attributes = Files.readAttributes(directory, PosixFileAttributes.class);
    String owner = attributes.owner().getName();
    if (!owner.equals(self()) && !owner.equals("root")) {
      throw new IOException(
          "%s belongs to %s, and this process runs as %s".formatted(directory, owner, self()));
    }
    Set<PosixFilePermission> mode = attributes.permissions();
    if (mode.contains(PosixFilePermission.GROUP_WRITE)
        || mode.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new IOException(
          "others can write %s (%s); take that away with 'chmod go-w %s'"
              .formatted(directory, PosixFilePermissions.toString(mode), directory));
    }
  }

  /**
   * Makes a new file with mode 0600, in place of what an earlier process may have left under its
   * name. Nothing that was there is written to, be it a link, a pipe or another user's file.
   *
   * @param file its name, in a directory that passed {@link #requireOwnDirectory}
   * @return open for writing
   * @throws IOException if it cannot be made
   */
  public static FileChannel createNew(Path file) throws IOException {
    Files.deleteIfExists(file);
    Set<OpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    return FileChannel.open(file, options, PRIVATE);
  }

  /**
   * Opens a file to be locked, with mode 0600 from now on: whoever can read it can take a shared
   * lock on it, and so keep us from ours.
   *
   * @param file its name; made if absent
   * @return open for writing, not locked yet
   * @throws IOException if it is no plain file, if it belongs to another user, or if it cannot be
   *     made or opened
   */
  public static FileChannel openLock(Path file) throws IOException {
    Set<OpenOption> options =
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    FileChannel channel = FileChannel.open(file, options, PRIVATE);
    try {
      requirePrivate(file);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void requirePrivate(Path file) throws IOException {
    var attributes =
        Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    String owner = attributes.owner().getName();
    if (!attributes.isRegularFile() || !owner.equals(self())) {
      throw new IOException(
          "%s is no file of %s (it belongs to %s); remove it".formatted(file, self(), owner));
    }
    if (!attributes.permissions().equals(MODE)) {
      Files.setPosixFilePermissions(file, MODE);
    }
  }

  private static String self() throws IOException {
    return Files.getOwner(Path.of("/proc/self")).getName();
  }
}
