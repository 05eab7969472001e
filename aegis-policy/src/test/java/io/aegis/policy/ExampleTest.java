package io.aegis.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The example of the package documentation, which shows the marked regions of this file. */
final class ExampleTest {

  @Test
  void example_ofThePackage_permits() {
    Instant now = Instant.parse("2030-01-01T09:00:00Z");

    assertThat(decide(now, now.plus(Duration.ofHours(1)))).startsWith("until 2030-01-01T10:00:00Z");
    assertThat(decide(now, now)).startsWith("the session of alice ended");
  }

  private static String decide(Instant now, Instant sessionEnd) {
    // @start region="decide"
    Target target = Target.of(IpAddress.parse("10.77.2.7"), Protocol.TCP, 443);
    Service web = Service.of("web", Lifetime.ofHard(Duration.ofHours(8)), target);
    Policy policy = new Policy(1, List.of(web), List.of(Rule.permitRole("user", "web")));
    PolicyEngine engine = PolicyEngine.compile(policy);

    Principal alice = Principal.of("alice", Set.of("user"), Authentication.password(now));
    Source laptop = new Source(IpAddress.parse("10.77.1.2"), Assurance.IP);
    AccessRequest request = AccessRequest.of(alice, laptop, "web", now, sessionEnd);

    return switch (engine.decide(request)) {
      case Decision.Permit permit -> "until " + permit.grantExpiry(now) + ": " + permit.targets();
      case Decision.Deny deny -> deny.text();
    };
    // @end
  }
}
