package io.aegis.enforcer.tck;

import io.aegis.api.EnforcementMode;
import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.InMemoryEnforcer;
import io.aegis.enforcer.spi.InMemoryEnforcerProvider;
import io.aegis.enforcer.spi.InterfaceSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The in-memory enforcer on a simulated clock. */
final class InMemoryFixture implements EnforcerFixture {
  private static final int ROOM = 64;

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2030-01-02T03:04:05.006Z"));
  private final InMemoryEnforcerProvider provider;
  private final EnforcerSettings settings;
  private volatile @Nullable InMemoryEnforcer opened;

  InMemoryFixture() {
    this(new InMemoryEnforcerProvider());
  }

  InMemoryFixture(InMemoryEnforcerProvider provider) {
    this.provider = provider;
    InstantSource clock = now::get;
    settings =
        new EnforcerSettings(
            "kit",
            List.of(
                new InterfaceSettings("outside0", EnforcementMode.ENFORCE, false, Set.of()),
                InterfaceSettings.enforcing("outside1")),
            List.of(),
            ROOM,
            clock,
            Map.of());
  }

  @Override
  public Set<Capability> capabilities() {
    return provider.capabilities();
  }

  @Override
  public EnforcerProvider provider() {
    return provider;
  }

  @Override
  public EnforcerSettings settings() {
    return settings;
  }

  @Override
  public Enforcer open(EnforcerSettings wanted) {
    InMemoryEnforcer enforcer = provider.open(wanted);
    opened = enforcer;
    return enforcer;
  }

  @Override
  public boolean arrive(String interfaceName, byte[] frame) {
    return process(Direction.INGRESS, interfaceName, frame);
  }

  @Override
  public boolean leave(String interfaceName, byte[] frame) {
    return process(Direction.EGRESS, interfaceName, frame);
  }

  private boolean process(Direction way, String interfaceName, byte[] frame) {
    InMemoryEnforcer enforcer = opened;
    if (enforcer == null) {
      throw new IllegalStateException("nothing was opened yet");
    }
    return enforcer.process(way, interfaceName, frame).admitted();
  }

  @Override
  public void passTime(Duration duration) {
    now.updateAndGet(instant -> instant.plus(duration));
  }

  @Override
  public boolean isTimeSimulated() {
    return true;
  }

  @Override
  public Optional<String> unfitInterface() {
    return Optional.empty();
  }

  @Override
  public void close() {
    InMemoryEnforcer enforcer = opened;
    if (enforcer != null) {
      enforcer.close();
    }
  }
}
