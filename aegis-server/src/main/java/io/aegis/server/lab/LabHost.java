package io.aegis.server.lab;

import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.enforcer.spi.EnforcerView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/**
 * What a lab needs of the machine itself: the BPF file system, and the enforcement state pinned in
 * it. Not safe for several threads.
 */
final class LabHost {
  private static final Path BPF = Path.of("/sys/fs/bpf");
  private static final Path MOUNTED_BY_LAB = Path.of("/run/aegis/bpf-mounted-by-lab");

  private final EnforcerProvider provider;
  private final String instance;

  LabHost(EnforcerProvider provider, String instance) {
    this.provider = provider;
    this.instance = instance;
  }

  /** Mounts the BPF file system where nobody has, as systemd does on an ordinary machine. */
  void prepare() {
    if (isBpfMounted()) {
      return;
    }
    Commands.run("mount", "-t", "bpf", "-o", "mode=0700", "bpf", BPF.toString());
    try {
      Files.createDirectories(MOUNTED_BY_LAB.getParent());
      Files.createFile(MOUNTED_BY_LAB);
    } catch (IOException e) {
      throw new LabException("cannot write " + MOUNTED_BY_LAB + ": " + e.getMessage(), e);
    }
  }

  private static boolean isBpfMounted() {
    try {
      return Files.readAllLines(Path.of("/proc/mounts")).stream()
          .anyMatch(line -> line.contains(" " + BPF + " bpf "));
    } catch (IOException e) {
      throw new LabException("cannot read /proc/mounts: " + e.getMessage(), e);
    }
  }

  EnforcerView inspect(InstantSource clock) {
    return provider.inspect(instance, clock);
  }

  void detach() {
    if (isBpfMounted()) {
      provider.detach(instance);
    }
  }

  /** Unmounts the BPF file system if a lab had mounted it and nothing is in it. */
  void restore() {
    try {
      if (Files.exists(MOUNTED_BY_LAB) && pins().isEmpty()) {
        Commands.run("umount", BPF.toString());
        Files.delete(MOUNTED_BY_LAB);
        try (var others = Files.list(MOUNTED_BY_LAB.getParent())) {
          if (others.findAny().isEmpty()) {
            Files.delete(MOUNTED_BY_LAB.getParent());
          }
        }
      }
    } catch (IOException e) {
      throw new LabException("cannot clean up " + MOUNTED_BY_LAB + ": " + e.getMessage(), e);
    }
  }

  private static List<Path> pins() throws IOException {
    try (var entries = Files.list(BPF)) {
      return entries.toList();
    }
  }

  List<String> leftovers() {
    Path pins = BPF.resolve("aegis").resolve(instance);
    return Files.exists(pins) ? List.of("pins in " + pins) : List.of();
  }
}
