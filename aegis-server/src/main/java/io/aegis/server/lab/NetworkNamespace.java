package io.aegis.server.lab;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A network namespace made with {@code ip netns}. Safe for any number of threads.
 *
 * @param name its name under {@code /run/netns}
 */
public record NetworkNamespace(String name) {

  /** Makes the handle; the namespace need not exist yet. */
  public NetworkNamespace {
    requireNonNull(name, "name");
  }

  /** Returns the file that stands for it. */
  Path path() {
    return Path.of("/run/netns", name);
  }

  boolean exists() {
    return Files.exists(path());
  }

  void create() {
    Commands.run("ip", "netns", "add", name);
  }

  void delete() {
    if (exists()) {
      Commands.run("ip", "netns", "delete", name);
    }
  }

  /**
   * Returns the words that run a command in this namespace. {@code nsenter} rather than {@code ip
   * netns exec}: the latter mounts a new sysfs and would hide the host's BPF file system.
   */
  String[] enter(String... command) {
    String[] words = new String[command.length + 2];
    words[0] = "nsenter";
    words[1] = "--net=" + path();
    System.arraycopy(command, 0, words, 2, command.length);
    return words;
  }

  /** Sets a value under {@code /proc/sys/net} of this namespace. */
  void sysctl(String key, String value) {
    call(() -> {
      // /proc/sys/net shows the namespace of the thread that opens it.
      return Files.writeString(Path.of("/proc/sys/net", key), value);
    });
  }

  /**
   * Does something on a platform thread of its own inside this namespace: sockets it opens belong
   * here.
   *
   * @param work what to do
   * @param <T> what it returns
   * @return the result
   * @throws LabException if the namespace cannot be entered, or wrapping what the work threw
   */
  public <T> T call(Callable<T> work) {
    try {
      return start(work).join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw cause instanceof LabException lab
          ? lab
          : new LabException("in namespace " + name + ": " + cause, cause);
    }
  }

  /**
   * Begins to do something on a platform thread of its own inside this namespace.
   *
   * @param work what to do
   * @param <T> what it returns
   * @return completes with the result, or with what the work threw
   */
  public <T> CompletableFuture<T> start(Callable<T> work) {
    var result = new CompletableFuture<T>();
    Thread.ofPlatform()
        .name("lab-" + name)
        .daemon()
        .start(() -> {
          try {
            SetNamespace.enter(path());
            result.complete(work.call());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }
}
