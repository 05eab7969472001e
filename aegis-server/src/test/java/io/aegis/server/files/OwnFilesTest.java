package io.aegis.server.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody else has prepared is neither written to nor locked. */
final class OwnFilesTest {

  @TempDir private Path directory;

  private static void setMode(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxrwx---", "rwxrwxrwx", "rwx----w-"})
  void directory_thatOthersCanWrite_isRefused(String mode) throws Exception {
    setMode(directory, mode);
    assertThatThrownBy(() -> OwnFiles.requireOwnDirectory(directory))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("others can write " + directory)
        .hasMessageContaining("chmod go-w");
  }

  @Test
  void directory_thatOthersCanWriteButForTheStickyBit_isRefused() {
    assertThatThrownBy(() -> OwnFiles.requireOwnDirectory(Path.of("/tmp")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("others can write /tmp");
  }

  @Test
  void directory_thatOthersCanOnlyRead_isTaken() throws Exception {
    setMode(directory, "rwxr-xr-x");
    OwnFiles.requireOwnDirectory(directory);
  }

  @Test
  void createNew_whereAnybodysFileIs_replacesIt() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "old");
    setMode(file, "rw-rw-rw-");
    try (FileChannel old = FileChannel.open(file);
        FileChannel fresh = OwnFiles.createNew(file)) {
      fresh.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
      assertThat(mode(file)).isEqualTo("rw-------");
      assertThat(old.size()).as("whoever held it reads nothing new").isEqualTo(3);
    }
  }

  @Test
  void createNew_whereALinkIs_leavesAloneWhatItPointsTo() throws Exception {
    Path victim = Files.writeString(directory.resolve("victim"), "precious");
    Path file = Files.createSymbolicLink(directory.resolve("file"), victim);
    OwnFiles.createNew(file).close();
    assertThat(victim).hasContent("precious");
    assertThat(Files.isSymbolicLink(file)).isFalse();
  }

  @Test
  void openLock_ofAFileThatOthersCanRead_takesThatAway() throws Exception {
    Path file = Files.createFile(directory.resolve("lock"));
    setMode(file, "rw-r--r--");
    OwnFiles.openLock(file).close();
    assertThat(mode(file)).isEqualTo("rw-------");
  }

  @Test
  void openLock_ofANewFile_isForThisUserAlone() throws Exception {
    Path file = directory.resolve("lock");
    OwnFiles.openLock(file).close();
    assertThat(mode(file)).isEqualTo("rw-------");
  }

  @Test
  void openLock_whereALinkIs_isRefused() throws Exception {
    Path victim = Files.writeString(directory.resolve("victim"), "precious");
    Path file = Files.createSymbolicLink(directory.resolve("lock"), victim);
    assertThatThrownBy(() -> OwnFiles.openLock(file)).isInstanceOf(IOException.class);
    assertThat(victim).hasContent("precious");
  }
}
