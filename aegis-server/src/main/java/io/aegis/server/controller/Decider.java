package io.aegis.server.controller;

import com.google.inject.Inject;
import io.aegis.api.IpAddress;
import io.aegis.policy.AccessRequest;
import io.aegis.policy.Assurance;
import io.aegis.policy.Authentication;
import io.aegis.policy.Decision;
import io.aegis.policy.Principal;
import io.aegis.policy.Source;
import io.aegis.server.identity.Session;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Puts the policy's question in the policy's words. Decides nothing itself. Safe for any number of
 * threads.
 */
final class Decider {

  /**
   * Where an activation is or would be.
   *
   * @param serviceId of what
   * @param source from where
   * @param holders the users that hold the service from there, those aside whose time is over
   */
  record Place(long serviceId, IpAddress source, Set<Long> holders) {}

  @Inject
  Decider() {}

  /** Asks whether a session may hold a service from a source. */
  Decision decide(CurrentPolicy.Version policy, Session session, Place place, Instant now) {
    Set<String> holders =
        place.holders().stream().map(String::valueOf).collect(Collectors.toUnmodifiableSet());
    return policy
        .engine()
        .decide(
            new AccessRequest(
                principal(session),
                new Source(place.source(), Assurance.IP),
                Long.toString(place.serviceId()),
                now,
                session.endsAt(),
                holders));
  }

  /** The user of a session as the policy knows it. */
  static Principal principal(Session session) {
    return new Principal(
        Long.toString(session.user().id()),
        session.user().username(),
        session.user().isActive(),
        Set.of(session.role().name()),
        Set.of(),
        Map.of(),
        Authentication.password(session.startedAt()));
  }
}
