package io.aegis.enforcer.spi;

/** Hears of dropped packets. */
@FunctionalInterface
public interface DropListener {
  /**
   * A packet was dropped.
   *
   * @param event which, and why
   */
  void dropped(DropEvent event);
}
