package io.aegis.enforcer.spi;

/** Something that goes on until it is closed. */
public interface Subscription extends AutoCloseable {
  /** Ends it; closing twice is harmless. */
  @Override
  void close();
}
