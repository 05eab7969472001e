package io.aegis.server.demo;

import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.InMemoryEnforcer;
import io.aegis.enforcer.spi.InMemoryEnforcerProvider;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The in-memory enforcer of the story without root, kept within reach so that frames can arrive at
 * it. Safe for any number of threads.
 */
final class SimulatedGateway implements EnforcerProvider {
  /** The interface on which frames arrive. */
  static final String INTERFACE = "sim0";

  private final InMemoryEnforcerProvider provider = new InMemoryEnforcerProvider();
  private volatile @Nullable InMemoryEnforcer enforcer;

  @Override
  public String name() {
    return provider.name();
  }

  @Override
  public Enforcer open(EnforcerSettings settings) {
    InMemoryEnforcer opened = provider.open(settings);
    enforcer = opened;
    return opened;
  }

  @Override
  public List<String> detach(String instance) {
    return provider.detach(instance);
  }

  /** Returns the enforcer that was opened last. */
  InMemoryEnforcer enforcer() {
    InMemoryEnforcer opened = enforcer;
    if (opened == null) {
      throw new IllegalStateException("the gateway is not open");
    }
    return opened;
  }

  /** Lets a frame arrive; true if it passes. */
  boolean admits(byte[] frame) {
    return enforcer().process(INTERFACE, frame).admitted();
  }

  /** Lets a frame leave; true if it passes. */
  boolean lets(byte[] frame) {
    return enforcer().process(Direction.EGRESS, INTERFACE, frame).admitted();
  }
}
