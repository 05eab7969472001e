package io.aegis.enforcer.xdp.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The compiled programs, packed beside this class by the build. */
final class ObjectFile {

  private static final String DATAPATH = "aegis_ingress.bpf.o";

  private ObjectFile() {}

  /** Reads the datapath. */
  static byte[] read() {
    return read(DATAPATH);
  }

  /** Reads its other direction. */
  static byte[] readEgress() {
    return read("aegis_egress.bpf.o");
  }

  /** Reads the object of that name. */
  static byte[] read(String name) {
    try (InputStream stream = ObjectFile.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("the jar lacks " + name + "; it was built without bpf/");
      }
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + name, e);
    }
  }
}
