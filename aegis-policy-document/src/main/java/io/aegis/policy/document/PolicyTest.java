package io.aegis.policy.document;

import static java.util.Objects.requireNonNull;

import io.aegis.policy.Source;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something that a policy is held to: a user may reach a service, or may not.
 *
 * @param user the id of a user of the document
 * @param service the id of a service
 * @param may what is expected
 * @param at when; null for at any time, which is tried throughout a week in winter and one in
 *     summer
 * @param circumstances from where, and all that a decision may look at besides
 * @param because the id of a rule that must be among the reasons; null if any reason will do
 */
public record PolicyTest(
    String user,
    String service,
    boolean may,
    @Nullable ZonedDateTime at,
    Circumstances circumstances,
    @Nullable String because) {

  /** Makes a test. */
  public PolicyTest {
    requireNonNull(user, "user");
    requireNonNull(service, "service");
    requireNonNull(circumstances, "circumstances");
  }

  /**
   * All that a decision may look at besides the user, the service and the time.
   *
   * @param source from where
   * @param methods how the user logged in
   * @param authenticated how long ago that was
   * @param session how much longer the session lasts
   * @param device the device; null if it is not known
   * @param others the ids of other users who hold the service from the same address
   */
  public record Circumstances(
      Source source,
      Set<String> methods,
      Duration authenticated,
      Duration session,
      @Nullable ObservedDevice device,
      Set<String> others) {

    /** How users of tests have logged in unless something else is said. */
    public static final Set<String> METHODS = Set.of("pwd");

    /** How much longer sessions of tests last unless something else is said. */
    public static final Duration SESSION = Duration.ofHours(8);

    /** Makes circumstances. */
    public Circumstances {
      requireNonNull(source, "source");
      methods = Set.copyOf(methods);
      requireNonNull(authenticated, "authenticated");
      requireNonNull(session, "session");
      others = Set.copyOf(others);
    }

    /**
     * Returns what is so unless something else is said.
     *
     * @param source from where
     * @return the password shown just now, a session of 8 hours, no device, nobody else
     */
    static Circumstances usual(Source source) {
      return new Circumstances(source, METHODS, Duration.ZERO, SESSION, null, Set.of());
    }
  }

  /**
   * A device, with facts whose age is known.
   *
   * @param id what never changes
   * @param facts what is known of it, by name
   */
  public record ObservedDevice(String id, Map<String, ObservedFact> facts) {

    /** What a device is called unless something else is said. */
    public static final String ID = "device";

    /** Makes a device. */
    public ObservedDevice {
      requireNonNull(id, "id");
      facts = Map.copyOf(facts);
    }
  }

  /**
   * A fact of a device.
   *
   * @param value a text, a {@link Long}, a {@link Boolean} or a list of texts
   * @param age how long ago it was observed
   */
  public record ObservedFact(Object value, Duration age) {

    /** Makes a fact. */
    public ObservedFact {
      requireNonNull(value, "value");
      requireNonNull(age, "age");
    }
  }

  /**
   * Returns the time that is said.
   *
   * @return nothing if the test is about any time
   */
  public Optional<ZonedDateTime> moment() {
    return Optional.ofNullable(at);
  }

  /**
   * Returns the sentence that this test is.
   *
   * @return for example {@code alice from 10.1.2.3 may not reach payroll-db}
   */
  public String sentence() {
    return TestSentence.format(this);
  }
}
