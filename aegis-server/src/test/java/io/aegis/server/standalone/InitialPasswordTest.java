package io.aegis.server.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.server.controller.TestController;
import io.aegis.server.identity.FirstStart;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Root's initial password goes to nobody who prepared a file for it. */
final class InitialPasswordTest {

  @TempDir private Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private TestController controller;
  private Path target;

  @BeforeEach
  void start() {
    controller = TestController.start(directory.resolve("data"));
    target = directory.resolve("pw");
  }

  @AfterEach
  void stop() {
    controller.close();
  }

  private void tell() throws IOException {
    InitialPassword.makeAndTell(
        controller.injector.getInstance(FirstStart.class),
        Optional.of(target),
        new PrintStream(out, true, StandardCharsets.UTF_8));
  }

  private static void setMode(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  @Test
  void password_whereSomebodyMadeTheFile_isReadableByItsOwnerAlone() throws Exception {
    setMode(Files.createFile(directory.resolve("pw.new")), "rw-rw-rw-");
    tell();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(target).strip()).hasSizeGreaterThan(20);
  }

  @Test
  void password_whereSomebodyMadeALink_overwritesNothing() throws Exception {
    Path victim = Files.writeString(directory.resolve("victim"), "precious");
    Files.createSymbolicLink(directory.resolve("pw.new"), victim);
    tell();
    assertThat(victim).hasContent("precious");
    assertThat(Files.isSymbolicLink(target)).isFalse();
  }

  @Test
  void password_inADirectoryThatOthersCanWrite_isNotMade() throws Exception {
    setMode(directory, "rwxrwxrwx");
    assertThatThrownBy(this::tell)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("writing root's initial password to " + target)
        .hasMessageContaining("others can write " + directory)
        .hasMessageContaining("identity.initial_password_file");
    assertThat(directory.resolve("pw.new")).doesNotExist();
    controller.sessions().login("root", controller.rootPassword(), TestController.LAPTOP);
  }

  @Test
  void start_thatHasNoPasswordToTell_looksAtNoDirectory() throws Exception {
    controller.sessions().login("root", controller.rootPassword(), TestController.LAPTOP);
    setMode(directory, "rwxrwxrwx");
    tell();
    assertThat(target).doesNotExist();
    assertThat(out.size()).isZero();
  }
}
