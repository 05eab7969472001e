package io.aegis.examples.nftables;

import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.tck.EnforcerFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The nftables enforcer on the interfaces of the {@link Lab}, where real frames arrive. */
final class NftablesFixture implements EnforcerFixture {
  private static final AtomicInteger NEXT = new AtomicInteger();

  /** Of this process alone, as the tables are: the tests may run in several. */
  static final Path LOCKS = Path.of("target", "locks-" + ProcessHandle.current().pid());

  private final Lab lab = Lab.get();
  private final NftablesEnforcerProvider provider = new NftablesEnforcerProvider(lab.nft(), LOCKS);
  private final EnforcerSettings settings =
      new EnforcerSettings(
          "kit-" + NEXT.getAndIncrement(),
          List.of(InterfaceSettings.enforcing(Lab.FIRST), InterfaceSettings.enforcing(Lab.SECOND)),
          List.of(),
          64,
          InstantSource.system(),
          Map.of());
  private @Nullable Enforcer opened;

  @Override
  public Set<Capability> capabilities() {
    return NftablesEnforcer.CAPABILITIES;
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
    Enforcer enforcer = provider.open(wanted);
    opened = enforcer;
    return enforcer;
  }

  @Override
  public boolean arrive(String interfaceName, byte[] frame) {
    return lab.arrive(interfaceName, frame);
  }

  @Override
  public void passTime(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    for (long left = duration.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public boolean isTimeSimulated() {
    return false;
  }

  @Override
  public Optional<String> unfitInterface() {
    return Optional.of("no-such0");
  }

  @Override
  public void close() {
    if (opened != null) {
      opened.close();
    }
    provider.detach(settings.instance());
    String tables = lab.run("/usr/sbin/nft", "list", "tables");
    if (!tables.isEmpty()) {
      throw new AssertionError("tables left: " + tables);
    }
  }
}
