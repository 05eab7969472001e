package io.aegis.enforcer.xdp.internal.link;

/** Where in the kernel's receive path a program runs. */
public enum AttachMode {
  /** In the driver, before the kernel allocates anything for a frame. */
  NATIVE(1 << 2),
  /** In the network stack: works on every interface, and is slower. */
  GENERIC(1 << 1);

  private final int flag;

  AttachMode(int flag) {
    this.flag = flag;
  }

  /** Returns XDP_FLAGS_DRV_MODE or XDP_FLAGS_SKB_MODE. */
  int flag() {
    return flag;
  }

  @Override
  public String toString() {
    return this == NATIVE ? "native" : "generic";
  }
}
