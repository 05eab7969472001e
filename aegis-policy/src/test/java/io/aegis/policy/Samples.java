package io.aegis.policy;

import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The people, places and services that the examples in these tests are about. */
final class Samples {

  static final Instant NOW = Instant.parse("2030-03-31T00:59:59Z");
  static final Instant SESSION_END = NOW.plus(Duration.ofHours(1));
  static final Lifetime LIFETIME = new Lifetime(Duration.ofHours(8), Duration.ofSeconds(60), false);

  static final Target IPV4_TARGET = Target.of(IpAddress.parse("10.77.2.7"), Protocol.TCP, 443);
  static final Target IPV6_TARGET = Target.of(IpAddress.parse("fd77::7"), Protocol.TCP, 443);
  static final Source IPV4_SOURCE = new Source(IpAddress.parse("10.77.1.2"), Assurance.IP);
  static final Source IPV6_SOURCE = new Source(IpAddress.parse("fd77:1::2"), Assurance.IP);

  static final Service WEB = Service.of("web", LIFETIME, IPV4_TARGET);
  static final Principal ALICE = principal("alice", Set.of("user"), Set.of());

  private Samples() {}

  static Principal principal(String id, Set<String> roles, Set<String> groups) {
    return new Principal(id, id, true, roles, groups, Map.of(), Authentication.password(NOW));
  }

  static AccessRequest request(Principal principal, Source source, String serviceId) {
    return AccessRequest.of(principal, source, serviceId, NOW, SESSION_END);
  }

  static PolicyEngine engine(List<Service> services, Rule... rules) {
    return PolicyEngine.compile(new Policy(1, services, List.of(rules)));
  }
}
