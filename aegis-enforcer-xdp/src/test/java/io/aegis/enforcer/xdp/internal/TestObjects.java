package io.aegis.enforcer.xdp.internal;

/** The compiled programs, for tests of other packages. */
public final class TestObjects {

  private TestObjects() {}

  /** The datapath. */
  public static byte[] ingress() {
    return ObjectFile.read();
  }
}
