package io.aegis.server.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.InterfaceSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PartitionExtenderTest {

  private static final Duration SOFT = Duration.ofMinutes(5);
  private static final Instant CONTACT = Instant.parse("2026-01-01T00:00:00Z");

  private final SurvivingEnforcer enforcer = new SurvivingEnforcer();
  private final AppliedState state = new AppliedState();
  private Instant now = CONTACT;

  @BeforeEach
  void open() {
    enforcer.open(
        new EnforcerSettings(
            "partition",
            List.of(InterfaceSettings.enforcing("wan")),
            List.of(),
            10,
            () -> now,
            Map.of()));
  }

  @AfterEach
  void close() {
    enforcer.kernel().close();
  }

  private void inForce(Duration hard, Duration soft) {
    var words = new ScriptedController.Words(CONTACT);
    Grant grant = words.grant(1, hard).withSoftExpiry(CONTACT.plus(soft));
    enforcer.apply(GrantUpdate.adding(grant));
    state.put(grant, 1);
  }

  /** Lets time pass in steps of a minute; returns when the grant ended, by the kernel. */
  private Duration endsAfter(FailMode mode, Duration atMost) {
    var extender = new PartitionExtender(mode, enforcer, state);
    for (now = CONTACT; now.isBefore(CONTACT.plus(atMost)); now = now.plusSeconds(60)) {
      extender.extend(now, CONTACT, SOFT);
      assertThat(state.get(new io.aegis.api.GrantId(1))).isEqualTo(enforcer.grants().getFirst());
    }
    return Duration.between(CONTACT, enforcer.grants().getFirst().softExpiry());
  }

  @Test
  void closed_extendsNothing() {
    inForce(Duration.ofHours(9), SOFT);
    assertThat(endsAfter(FailMode.CLOSED, Duration.ofHours(1))).isEqualTo(SOFT);
  }

  @Test
  void staticBounded_endsFifteenMinutesAfterTheLastContact() {
    inForce(Duration.ofHours(9), SOFT);
    assertThat(endsAfter(FailMode.STATIC_BOUNDED, Duration.ofHours(1)))
        .isEqualTo(Duration.ofMinutes(15));
  }

  @Test
  void staticBounded_neverPassesTheHardExpiry() {
    inForce(Duration.ofMinutes(8), SOFT);
    assertThat(endsAfter(FailMode.STATIC_BOUNDED, Duration.ofHours(1)))
        .isEqualTo(Duration.ofMinutes(8));
  }

  @Test
  void static_endsAtTheHardExpiry() {
    inForce(Duration.ofHours(2), SOFT);
    assertThat(endsAfter(FailMode.STATIC, Duration.ofHours(3))).isEqualTo(Duration.ofHours(2));
  }

  @Test
  void ended_isNotBroughtBack() {
    inForce(Duration.ofHours(2), Duration.ofMinutes(1));
    now = CONTACT.plusSeconds(61);
    var extender = new PartitionExtender(FailMode.STATIC, enforcer, state);
    assertThat(extender.extend(now, CONTACT, SOFT)).isZero();
    assertThat(enforcer.grants().getFirst().softExpiry()).isEqualTo(CONTACT.plusSeconds(60));
  }

  @Test
  void controllerThatIsSilentWithinItsLease_isNotAway() {
    inForce(Duration.ofHours(2), Duration.ofSeconds(20));
    var extender = new PartitionExtender(FailMode.STATIC, enforcer, state);
    long[] boot = {0};
    var watch = new PartitionWatch(extender, () -> now, () -> boot[0]);
    watch.begins(
        new SessionTerms(Duration.ofSeconds(15), Duration.ofMinutes(5), Duration.ofSeconds(2)));
    watch.heard();
    for (int second = 1; second < 15; second++) {
      now = CONTACT.plusSeconds(second);
      boot[0] = Duration.ofSeconds(second).toNanos();
      watch.turn();
      assertThat(enforcer.grants().getFirst().softExpiry()).isEqualTo(CONTACT.plusSeconds(20));
    }
    now = CONTACT.plusSeconds(15);
    boot[0] = Duration.ofSeconds(15).toNanos();
    watch.turn();
    assertThat(enforcer.grants().getFirst().softExpiry()).isEqualTo(now.plus(SOFT));
  }
}
