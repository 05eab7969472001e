package io.aegis.enforcer.xdp.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The compiled datapath, packed beside this class by the build. */
final class ObjectFile {

  private static final String NAME = "aegis_ingress.bpf.o";

  private ObjectFile() {}

  static byte[] read() {
    try (InputStream stream = ObjectFile.class.getResourceAsStream(NAME)) {
      if (stream == null) {
        throw new IllegalStateException("the jar lacks " + NAME + "; it was built without bpf/");
      }
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + NAME, e);
    }
  }
}
