package io.aegis.server.standalone;

import io.aegis.server.identity.FirstStart;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells root's one-time password, once: on standard output, or in a file. Stateless. */
final class InitialPassword {

  private InitialPassword() {}

  /**
   * Looks whether a first start could leave the password in its file, before it makes anything.
   *
   * @param data the data directory, which only a first start makes
   * @throws IOException if there is no such place
   */
  static void requirePlace(Path data, Optional<Path> file) throws IOException {
    Path place = file.map(Path::getParent).orElse(null);
    if (place != null && !Files.exists(data) && !Files.isWritable(place)) {
      throw cannotWrite(file.get(), Files.exists(place) ? "AccessDenied" : "NoSuchDirectory", null);
    }
  }

  private static IOException cannotWrite(Path target, String reason, @Nullable Throwable cause) {
    return new IOException(
        "writing root's one-time password to "
            + target
            + ": "
            + reason
            + " (name another file with identity.initial_password_file)",
        cause);
  }

  /**
   * Makes root if there is no user yet, and tells the password.
   *
   * @throws IOException if the file cannot be written; there is no root then
   */
  static void makeAndTell(FirstStart firstStart, Optional<Path> file, PrintStream out)
      throws IOException {
    if (file.isPresent()) {
      tellInFile(firstStart, file.get(), out);
    } else {
      firstStart
          .createRoot()
          .ifPresent(password ->
              out.println(
                  "first start: log in as 'root' with the one-time password "
                      + password
                      + " (shown only now)"));
    }
  }

  // The file is open before root is made: a password that could not be told would be lost.
  private static void tellInFile(FirstStart firstStart, Path target, PrintStream out)
      throws IOException {
    Path fresh = target.resolveSibling(target.getFileName() + ".new");
    try (FileChannel channel = open(fresh)) {
      Optional<String> password = firstStart.createRoot();
      if (password.isPresent()) {
        ByteBuffer line = StandardCharsets.UTF_8.encode(password.get() + "\n");
        while (line.hasRemaining()) {
          channel.write(line);
        }
        channel.force(true);
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        out.println("first start: the one-time password of 'root' is in " + target);
      }
    } catch (FileSystemException e) {
      throw cannotWrite(target, reason(e), e);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static FileChannel open(Path fresh) throws IOException {
    return FileChannel.open(
        fresh,
        Set.of(
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  private static String reason(FileSystemException e) {
    String reason = e.getReason();
    return reason == null ? e.getClass().getSimpleName() : reason;
  }
}
