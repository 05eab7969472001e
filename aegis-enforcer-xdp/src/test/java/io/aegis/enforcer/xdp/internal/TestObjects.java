package io.aegis.enforcer.xdp.internal;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The compiled programs, for tests of other packages. */
public final class TestObjects {

  private TestObjects() {}

  /** The datapath. */
  public static byte[] ingress() {
    return ObjectFile.read();
  }

  /** What fills a ring as frames say. */
  public static byte[] ring() {
    String name = "ring.bpf.o";
    try (InputStream stream = ObjectFile.class.getResourceAsStream(name)) {
      return requireNonNull(stream, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }
}
