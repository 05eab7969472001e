package io.aegis.enforcer.tck;

import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.enforcer.spi.EnforcerSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What a backend brings to the contract kit: how to open it, how frames arrive, how time passes.
 * One fixture serves one test; {@link #close} takes everything away.
 *
 * <p>The kit opens an enforcer at a time through {@link #open}, on the interfaces of {@link
 * #settings()}, on which no frame arrives but those of {@link #arrive}: turn off whatever the
 * kernel itself would send there.
 */
public interface EnforcerFixture extends AutoCloseable {

  /**
   * Returns what this backend promises on this machine. The kit tests the rest to be refused.
   *
   * @return what {@link Enforcer#capabilities()} must be equal to
   */
  Set<Capability> capabilities();

  /**
   * Returns the provider, the same one every time.
   *
   * @return a provider that {@link java.util.ServiceLoader} finds, too
   */
  EnforcerProvider provider();

  /**
   * Returns settings with which the backend opens: an instance of the fixture's own, at least two
   * interfaces in enforcing mode without link control and routers, room for 64 grants or more, no
   * static rules, and the clock on which the kit reads the time.
   *
   * @return the same settings every time
   */
  EnforcerSettings settings();

  /**
   * Opens an enforcer with these settings, which differ from {@link #settings()} as a test needs.
   * Frames that arrive from now on meet this enforcer.
   *
   * @param settings the settings
   * @return what the provider opened; a test may close it or leave it open
   * @throws EnforcerException what the provider threw
   */
  Enforcer open(EnforcerSettings settings);

  /**
   * The same by {@link EnforcerProvider#openUnconfirmed}.
   *
   * @param settings the settings
   * @return what the provider opened; a test may close it or leave it open
   * @throws EnforcerException what the provider threw
   */
  default Enforcer openUnconfirmed(EnforcerSettings settings) {
    return provider().openUnconfirmed(settings);
  }

  /**
   * Lets a frame arrive, whether or not an enforcer is open: it is decided, counted and noted as
   * activity.
   *
   * @param interfaceName one of the interfaces that the enforcer opened last protects
   * @param frame the bytes from the Ethernet header on, without checksum, 14 or more
   * @return whether it got through
   */
  boolean arrive(String interfaceName, byte[] frame);

  /**
   * Lets a frame leave, whether or not an enforcer is open: it is decided, counted and noted as
   * activity. Only for backends with {@link Capability#EGRESS}.
   *
   * @param interfaceName one of the interfaces that the enforcer opened last protects
   * @param frame the bytes from the Ethernet header on, without checksum, 14 or more
   * @return whether it got out
   */
  default boolean leave(String interfaceName, byte[] frame) {
    throw new UnsupportedOperationException(
        "a fixture of an enforcer that declares EGRESS lets frames leave");
  }

  /**
   * Lets time pass, for the datapath as well as on the clock of {@link #settings()}: moves a
   * simulated clock, or waits.
   *
   * @param duration at least this much
   */
  void passTime(Duration duration);

  /**
   * Returns whether {@link #passTime} costs nothing. Where it does, the kit waits rarely and
   * briefly, and lets random histories do without.
   *
   * @return true for a simulated clock
   */
  boolean isTimeSimulated();

  /**
   * Returns the name of an interface on which this backend cannot be opened, for example one that
   * does not exist.
   *
   * @return the name, or empty if every interface will do
   */
  Optional<String> unfitInterface();

  /** Takes away what is still there: enforcers, their instance, interfaces. */
  @Override
  void close();
}
