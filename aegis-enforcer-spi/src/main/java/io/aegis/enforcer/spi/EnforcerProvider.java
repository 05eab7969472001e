package io.aegis.enforcer.spi;

import java.time.InstantSource;
import java.util.List;

/**
 * Opens enforcers of one kind. Found by {@link java.util.ServiceLoader}; picked by its configured
 * name, never by order. It has a public constructor without arguments that does nothing.
 */
public interface EnforcerProvider {

  /**
   * Returns the name by which configuration picks this kind.
   *
   * @return lower-case letters, digits and dashes, for example {@code xdp}
   */
  String name();

  /**
   * Opens an enforcer. What survived of the same instance is taken over without a moment in which
   * an interface is unfiltered; otherwise it starts without grants.
   *
   * @param settings what to protect and how
   * @return an enforcer that already drops unmatched traffic; the caller closes it
   * @throws EnforcerException if that cannot be had, with a remedy in the message: {@code
   *     BAD_SETTINGS} (an unknown option is named beside those there are), {@code UNSUPPORTED} for
   *     what needs a capability that is not there, {@code BUSY} if the instance or an interface is
   *     taken, {@code NOT_PERMITTED}; nothing was changed, and what survived of the instance
   *     enforces on
   */
  Enforcer open(EnforcerSettings settings);

  /**
   * Opens as {@link #open} does, but so that everything this enforcer put into place ends with it,
   * and with its process however that dies, until {@link Enforcer#confirm} is called: for whoever
   * might lock himself out. An instance of which something survived has been confirmed before, and
   * is opened as {@code open} does.
   *
   * @param settings what to protect and how
   * @return an enforcer that already drops unmatched traffic; the caller closes it
   * @throws EnforcerException as {@link #open} throws it; of kind {@code UNSUPPORTED} without
   *     {@link Capability#COMMIT_CONFIRM}
   */
  default Enforcer openUnconfirmed(EnforcerSettings settings) {
    throw new EnforcerException(
        EnforcerException.Kind.UNSUPPORTED,
        "opening instance "
            + settings.instance()
            + " unconfirmed: the enforcer '"
            + name()
            + "' lacks COMMIT_CONFIRM; open it without, from a place that it cannot cut off");
  }

  /**
   * Refuses what {@link #open} would refuse, as far as that can be told without changing anything:
   * for those who make something of their own before they open. What passes may still be refused
   * when it is opened. The instance may be open.
   *
   * @param settings what shall be protected and how
   * @throws EnforcerException as {@link #open} throws it; nothing was changed
   */
  default void check(EnforcerSettings settings) {
    // An enforcer that looks at nothing before it opens has nothing to say here.
  }

  /**
   * Looks at what an instance enforces, beside the process that has it open or after its death.
   * Times are on {@code clock}, which should be the one of its settings.
   *
   * @param instance the name from its settings
   * @param clock the clock on which to tell times
   * @return a view; the caller closes it
   * @throws EnforcerException of kind {@code UNSUPPORTED} if this backend's state cannot be seen
   *     from outside its process, {@code BAD_SETTINGS} if there is no such instance
   */
  default EnforcerView inspect(String instance, InstantSource clock) {
    throw new EnforcerException(
        EnforcerException.Kind.UNSUPPORTED,
        "inspecting instance '"
            + instance
            + "': what the enforcer '"
            + name()
            + "' enforces is not visible outside its process");
  }

  /**
   * Stops enforcing for an instance without opening it, for the case that it cannot be opened.
   *
   * @param instance the name from its settings
   * @return one line for each thing that was taken away; empty if there was nothing
   * @throws EnforcerException if something is left, or of kind {@code BUSY} if somebody has the
   *     instance open
   */
  List<String> detach(String instance);
}
