package io.aegis.enforcer.xdp.internal.bench;

import io.aegis.enforcer.xdp.internal.elf.CollectionSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The BPF objects that the build packs into this jar. */
final class CompiledObject {

  private static final String FOLDER = "/io/aegis/enforcer/xdp/internal/";

  private CompiledObject() {}

  /** Reads the object of {@code bpf/NAME.bpf.c}. */
  static CollectionSpec read(String name) {
    String path = FOLDER + name + ".bpf.o";
    try (InputStream stream = CompiledObject.class.getResourceAsStream(path)) {
      if (stream == null) {
        throw new IllegalStateException("the jar lacks " + path + "; it was built without bpf/");
      }
      return CollectionSpec.parse(stream.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + path, e);
    }
  }
}
