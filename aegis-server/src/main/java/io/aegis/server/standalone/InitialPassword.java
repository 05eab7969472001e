package io.aegis.server.standalone;

import io.aegis.server.files.OwnFiles;
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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells root's initial password, once: on standard output, or in a file. Stateless. */
final class InitialPassword {

  private InitialPassword() {}

  /**
   * Looks whether a first start could leave the password in its file, before it makes anything.
   *
   * @param data the data directory, which only a first start makes
   * @throws IOException if there is no such place, or if others could prepare it
   */
  static void requirePlace(Path data, Optional<Path> file) throws IOException {
    if (file.isPresent() && !Files.exists(data)) {
      requirePlace(file.get());
    }
  }

  // Others could put a file of theirs under the name that the password is written to.
  private static void requirePlace(Path target) throws IOException {
    Path place = directory(target);
    if (!Files.isWritable(place)) {
      throw cannotWrite(target, Files.exists(place) ? "AccessDenied" : "NoSuchDirectory", null);
    }
    try {
      OwnFiles.requireOwnDirectory(place);
    } catch (IOException e) {
      throw cannotWrite(target, String.valueOf(e.getMessage()), e);
    }
  }

  private static Path directory(Path target) throws IOException {
    Path place = target.toAbsolutePath().getParent();
    if (place == null) {
      throw cannotWrite(target, "it is no file", null);
    }
    return place;
  }

  private static IOException cannotWrite(Path target, String reason, @Nullable Throwable cause) {
    return new IOException(
        "writing root's initial password to "
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
      if (firstStart.isDue()) {
        tellInFile(firstStart, file.get(), out);
      }
    } else {
      firstStart
          .createRoot()
          .ifPresent(password ->
              out.println(
                  "first login: log in as 'root' with the initial password "
                      + password
                      + " (shown only now; an earlier one is void)"));
    }
  }

  // The file is open before root is made: a password that could not be told would be lost.
  private static void tellInFile(FirstStart firstStart, Path target, PrintStream out)
      throws IOException {
    requirePlace(target);
    Path fresh = target.resolveSibling(target.getFileName() + ".new");
    try (FileChannel channel = OwnFiles.createNew(fresh)) {
      Optional<String> password = firstStart.createRoot();
      if (password.isPresent()) {
        ByteBuffer line = StandardCharsets.UTF_8.encode(password.get() + "\n");
        while (line.hasRemaining()) {
          channel.write(line);
        }
        channel.force(true);
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        out.println("first login: the initial password of 'root' is in " + target);
      }
    } catch (FileSystemException e) {
      throw cannotWrite(target, reason(e), e);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static String reason(FileSystemException e) {
    String reason = e.getReason();
    return reason == null ? e.getClass().getSimpleName() : reason;
  }
}
