package io.aegis.examples.gateway;

import io.aegis.policy.Policy;
import io.aegis.policy.document.DocumentReader;
import io.aegis.policy.document.FailedTestsException;
import io.aegis.policy.document.InvalidDocumentException;
import io.aegis.policy.document.PolicyDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The file with the policy. What is no policy, or fails its own tests, does not come into force.
 */
final class PolicyFile {

  private final Path directory;
  private final Path file;
  private final DocumentReader reader = DocumentReader.withInstalledLanguages();

  /** Takes {@code policy.yaml} in a directory. */
  PolicyFile(Path directory) {
    this.directory = directory;
    this.file = directory.resolve("policy.yaml").normalize();
  }

  /** Reads the policy for a start: tests that fail are told, and keep nobody out. */
  Policy readAtStart(Consumer<String> tell) throws IOException {
    try {
      PolicyDocument document = reader.read(Files.readAllBytes(file));
      try {
        document.requirePassing();
      } catch (FailedTestsException e) {
        tell.accept(file + ": " + e.getMessage());
      }
      return document.policy();
    } catch (InvalidDocumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /** Hands on each policy that the file holds from now on, until the thread is interrupted. */
  void watch(Consumer<Policy> changed, Consumer<String> tell)
      throws IOException, InterruptedException {
    try (WatchService watch = directory.getFileSystem().newWatchService()) {
      directory.register(
          watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
      byte[] last = Files.readAllBytes(file);
      while (true) {
        WatchKey key = watch.take();
        key.pollEvents();
        key.reset();
        byte[] now = Files.exists(file) ? Files.readAllBytes(file) : last;
        if (!Arrays.equals(now, last)) {
          last = now;
          handOn(now, changed, tell);
        }
      }
    }
  }

  private void handOn(byte[] bytes, Consumer<Policy> changed, Consumer<String> tell) {
    try {
      changed.accept(reader.read(bytes).requirePassing().policy());
    } catch (InvalidDocumentException | FailedTestsException e) {
      tell.accept("the policy stays as it is: " + file + ": " + e.getMessage());
    }
  }
}
