package io.aegis.policy;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a decision may look at besides the policy.
 *
 * @param principal who asks
 * @param source from where
 * @param serviceId what for; an unknown service is denied, not an error
 * @param now the time of the request
 * @param sessionEnd when the session ends at the latest; from that instant on it is over
 * @param otherPrincipalsOnSource the ids of the principals that hold this service from this address
 *     now; {@code principal} among them is left out
 * @param device the device that the principal asks from; null if it is not known
 */
public record AccessRequest(
    Principal principal,
    Source source,
    String serviceId,
    Instant now,
    Instant sessionEnd,
    Set<String> otherPrincipalsOnSource,
    @Nullable Device device) {

  /** Makes a request. */
  public AccessRequest {
    requireNonNull(principal, "principal");
    requireNonNull(source, "source");
    requireNonNull(serviceId, "serviceId");
    requireNonNull(now, "now");
    requireNonNull(sessionEnd, "sessionEnd");
    otherPrincipalsOnSource = without(principal.id(), otherPrincipalsOnSource);
  }

  /**
   * Makes a request from a device that is not known.
   *
   * @param principal who asks
   * @param source from where
   * @param serviceId what for
   * @param now the time of the request
   * @param sessionEnd when the session ends at the latest
   * @param otherPrincipalsOnSource the ids of the principals that hold this service from this
   *     address now
   */
  public AccessRequest(
      Principal principal,
      Source source,
      String serviceId,
      Instant now,
      Instant sessionEnd,
      Set<String> otherPrincipalsOnSource) {
    this(principal, source, serviceId, now, sessionEnd, otherPrincipalsOnSource, null);
  }

  private static Set<String> without(String id, Set<String> ids) {
    return ids.contains(id)
        ? ids.stream().filter(other -> !other.equals(id)).collect(Collectors.toUnmodifiableSet())
        : Set.copyOf(ids);
  }

  /**
   * Returns a request from an address where nobody else holds the service, from a device that is
   * not known.
   *
   * @param principal who asks
   * @param source from where
   * @param serviceId what for
   * @param now the time of the request
   * @param sessionEnd when the session ends at the latest
   * @return the request
   */
  public static AccessRequest of(
      Principal principal, Source source, String serviceId, Instant now, Instant sessionEnd) {
    return new AccessRequest(principal, source, serviceId, now, sessionEnd, Set.of());
  }

  /**
   * Returns the same request at another time.
   *
   * @param instant the time
   * @return a copy
   */
  public AccessRequest at(Instant instant) {
    return new AccessRequest(
        principal, source, serviceId, instant, sessionEnd, otherPrincipalsOnSource, device);
  }

  /**
   * Returns the same request from a device.
   *
   * @param known the device
   * @return a copy
   */
  public AccessRequest from(Device known) {
    return new AccessRequest(
        principal, source, serviceId, now, sessionEnd, otherPrincipalsOnSource, known);
  }
}
