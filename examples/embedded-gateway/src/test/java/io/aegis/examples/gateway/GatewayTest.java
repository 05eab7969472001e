package io.aegis.examples.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.InMemoryEnforcer;
import io.aegis.enforcer.spi.InMemoryEnforcerProvider;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.policy.AccessRequest;
import io.aegis.policy.Assurance;
import io.aegis.policy.Authentication;
import io.aegis.policy.Condition;
import io.aegis.policy.ConditionResult;
import io.aegis.policy.Decision;
import io.aegis.policy.Lifetime;
import io.aegis.policy.Policy;
import io.aegis.policy.Principal;
import io.aegis.policy.Rule;
import io.aegis.policy.Service;
import io.aegis.policy.SharedSource;
import io.aegis.policy.Source;
import io.aegis.policy.What;
import io.aegis.policy.Who;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class GatewayTest {

  private static final Source LAPTOP = new Source(IpAddress.parse("10.77.1.2"), Assurance.IP);
  private static final Target FIRST = Target.of(IpAddress.parse("10.77.2.7"), Protocol.TCP, 443);
  private static final Target SECOND = Target.of(IpAddress.parse("10.77.2.8"), Protocol.TCP, 443);

  private static final Lifetime FIVE_MINUTES = Lifetime.ofHard(Duration.ofMinutes(5));

  private final StoryClock clock = new StoryClock(Instant.parse("2030-01-01T09:00:00Z"));
  private final Instant endOfSession = clock.instant().plus(Duration.ofHours(8));
  private final Principal alice = user("alice");
  private final Principal bob = user("bob");

  @Test
  void open_permitted_opensEveryTargetAsTheServiceSays() {
    try (InMemoryEnforcer enforcer = enforcer(10)) {
      var lifetime = new Lifetime(Duration.ofMinutes(5), Duration.ofSeconds(30), true);
      var gateway = new Gateway(policy(lifetime, SharedSource.REFUSE), enforcer, clock);

      gateway.open(alice, LAPTOP, "web", endOfSession);

      assertThat(enforcer.grants()).extracting(Grant::target).containsExactly(FIRST, SECOND);
      assertThat(enforcer.grants())
          .allSatisfy(grant -> {
            assertThat(grant.hardExpiry()).isEqualTo("2030-01-01T09:05:00Z");
            assertThat(grant.idleLimit()).contains(Duration.ofSeconds(30));
            assertThat(grant.needsLease()).isTrue();
          });
    }
  }

  @Test
  void open_heldByAnotherFromTheSameAddress_followsTheService() {
    try (InMemoryEnforcer enforcer = enforcer(10)) {
      var lifetime = Lifetime.ofHard(Duration.ofMinutes(5));
      var gateway = new Gateway(policy(lifetime, SharedSource.REFUSE), enforcer, clock);
      gateway.open(alice, LAPTOP, "web", endOfSession);
      List<Grant> ofAlice = enforcer.grants();

      assertThat(gateway.open(bob, LAPTOP, "web", endOfSession)).isInstanceOf(Decision.Deny.class);
      assertThat(enforcer.grants()).isEqualTo(ofAlice);

      gateway.policyChanged(policy(lifetime, SharedSource.TAKEOVER));
      assertThat(gateway.open(bob, LAPTOP, "web", endOfSession))
          .isInstanceOf(Decision.Permit.class);
      assertThat(enforcer.grants()).hasSize(2).doesNotContainAnyElementsOf(ofAlice);
      assertThat(gateway.close("alice", "web").grants()).isZero();
      assertThat(gateway.close("bob", "web").grants()).isEqualTo(2);
      assertThat(enforcer.grants()).isEmpty();
    }
  }

  @Test
  void open_afterTheOtherHolderExpired_isNotShared() {
    try (InMemoryEnforcer enforcer = enforcer(10)) {
      var lifetime = Lifetime.ofHard(Duration.ofMinutes(5));
      var gateway = new Gateway(policy(lifetime, SharedSource.REFUSE), enforcer, clock);
      gateway.open(alice, LAPTOP, "web", endOfSession);

      clock.advance(Duration.ofMinutes(5));

      assertThat(gateway.open(bob, LAPTOP, "web", endOfSession))
          .isInstanceOf(Decision.Permit.class);
      assertThat(enforcer.grants()).hasSize(2);
    }
  }

  @Test
  void open_enforcerHasRoomForHalfOfIt_opensNothing() {
    try (InMemoryEnforcer enforcer = enforcer(1)) {
      var lifetime = Lifetime.ofHard(Duration.ofMinutes(5));
      var gateway = new Gateway(policy(lifetime, SharedSource.REFUSE), enforcer, clock);

      assertThatIllegalStateException()
          .isThrownBy(() -> gateway.open(alice, LAPTOP, "web", endOfSession))
          .withMessageContaining("EXHAUSTED");

      assertThat(enforcer.grants()).isEmpty();
    }
  }

  @Test
  void policyChanged_permittedAsItIs_touchesNothing() {
    try (InMemoryEnforcer enforcer = enforcer(10)) {
      var lifetime = Lifetime.ofHard(Duration.ofMinutes(5));
      var gateway = new Gateway(policy(lifetime, SharedSource.REFUSE), enforcer, clock);
      gateway.open(alice, LAPTOP, "web", endOfSession);
      List<Grant> before = enforcer.grants();
      clock.advance(Duration.ofMinutes(1));

      assertThat(gateway.policyChanged(policy(lifetime, SharedSource.SHARED)).grants()).isZero();
      assertThat(enforcer.grants()).isEqualTo(before);
    }
  }

  @Test
  void policyChanged_serviceMovedOrShortened_closesWhatIsOpen() {
    var lifetime = Lifetime.ofHard(Duration.ofMinutes(5));
    var shorter = Lifetime.ofHard(Duration.ofMinutes(4));
    for (Policy changed :
        List.of(
            policy(lifetime, SharedSource.REFUSE, FIRST),
            policy(shorter, SharedSource.REFUSE, FIRST, SECOND))) {
      try (InMemoryEnforcer enforcer = enforcer(10)) {
        var gateway = new Gateway(policy(lifetime, SharedSource.REFUSE), enforcer, clock);
        gateway.open(alice, LAPTOP, "web", endOfSession);

        assertThat(gateway.policyChanged(changed).grants()).isEqualTo(2);
        assertThat(enforcer.grants()).isEmpty();
      }
    }
  }

  @Test
  void closing_whateverTheReason_closesConnections() {
    for (String reason : List.of("log-out", "policy", "time", "close")) {
      try (InMemoryEnforcer enforcer = enforcer(10)) {
        var gateway = new Gateway(policy(FIVE_MINUTES, SharedSource.REFUSE), enforcer, clock);
        gateway.open(alice, LAPTOP, "web", endOfSession);
        Activation activation = gateway.find(LAPTOP.address(), "web").orElseThrow();
        var isClosed = new AtomicBoolean();
        assertThat(activation.add(() -> isClosed.set(true))).isTrue();

        Gateway.Closed closed =
            switch (reason) {
              case "log-out" -> gateway.logOut("alice");
              case "policy" -> gateway.policyChanged(new Policy(2, List.of(), List.of()));
              case "time" -> {
                clock.advance(Duration.ofMinutes(5));
                yield gateway.askAgain();
              }
              default -> gateway.close("alice", "web");
            };

        assertThat(closed).as(reason).isEqualTo(new Gateway.Closed(2, 1));
        assertThat(isClosed).isTrue();
        assertThat(enforcer.grants()).isEmpty();
        assertThat(activation.add(() -> {})).as("a connection that comes too late").isFalse();
        assertThat(gateway.find(LAPTOP.address(), "web")).isEmpty();
      }
    }
  }

  @Test
  void askAgain_beforeTheEnd_touchesNothing() {
    try (InMemoryEnforcer enforcer = enforcer(10)) {
      var gateway = new Gateway(policy(FIVE_MINUTES, SharedSource.REFUSE), enforcer, clock);
      gateway.open(alice, LAPTOP, "web", endOfSession);
      clock.advance(Duration.ofMinutes(5).minusMillis(1));

      assertThat(gateway.askAgain().grants()).isZero();
      assertThat(gateway.nextEnd()).contains(clock.instant().plusMillis(1));
      assertThat(gateway.find(LAPTOP.address(), "web")).isPresent();
    }
  }

  @Test
  void askAgain_permittedForLonger_renewsWithinTheLifetime() {
    var permit =
        new Rule.Permit(
            "minute by minute",
            Who.role("user"),
            What.service("web"),
            EnforcementMode.ENFORCE,
            new MinuteByMinute());
    var web = Service.of("web", Lifetime.ofHard(Duration.ofSeconds(90)), FIRST);
    try (InMemoryEnforcer enforcer = enforcer(10)) {
      var gateway = new Gateway(new Policy(1, List.of(web), List.of(permit)), enforcer, clock);
      gateway.open(alice, LAPTOP, "web", endOfSession);
      Activation activation = gateway.find(LAPTOP.address(), "web").orElseThrow();
      assertThat(activation.add(() -> {})).isTrue();

      clock.advance(Duration.ofMinutes(1));
      assertThat(activation.isLiveAt(clock.instant())).isFalse();
      assertThat(gateway.askAgain().grants()).isZero();
      assertThat(activation.isLiveAt(clock.instant())).isTrue();
      assertThat(enforcer.grants())
          .extracting(Grant::hardExpiry)
          .containsExactly(clock.instant().plusSeconds(30));

      clock.advance(Duration.ofSeconds(30));
      assertThat(gateway.askAgain()).isEqualTo(new Gateway.Closed(1, 1));
      assertThat(enforcer.grants()).isEmpty();
    }
  }

  /** Holds, and never says so for more than a minute. */
  private static final class MinuteByMinute implements Condition {
    @Override
    public String language() {
      return "test";
    }

    @Override
    public String text() {
      return "for a minute";
    }

    @Override
    public ConditionResult evaluate(AccessRequest request) {
      return new ConditionResult.Holds(request.now().plusSeconds(60), Set.of());
    }
  }

  private InMemoryEnforcer enforcer(int maxGrants) {
    var settings =
        new EnforcerSettings(
            "test",
            List.of(InterfaceSettings.enforcing("eth0")),
            List.of(),
            maxGrants,
            clock,
            Map.of());
    return new InMemoryEnforcerProvider().open(settings);
  }

  private Principal user(String id) {
    return Principal.of(id, Set.of("user"), Authentication.password(clock.instant()));
  }

  private static Policy policy(Lifetime lifetime, SharedSource sharedSource) {
    return policy(lifetime, sharedSource, FIRST, SECOND);
  }

  private static Policy policy(Lifetime lifetime, SharedSource sharedSource, Target... targets) {
    var web =
        new Service("web", "web", List.of(targets), Set.of(), lifetime, Assurance.IP, sharedSource);
    return new Policy(1, List.of(web), List.of(Rule.permitRole("user", "web")));
  }
}
