package io.aegis.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class GrantTest {
  private static final Instant END = Instant.parse("2030-01-01T00:00:00Z");
  private static final IpAddress CLIENT = IpAddress.parse("10.77.1.5");
  private static final Target WEB = Target.of(IpAddress.parse("10.77.2.7"), Protocol.TCP, 443);
  private static final Grant PLAIN = Grant.until(new GrantId(7), CLIENT, WEB, END);

  @Test
  void until_isPlain() {
    assertThat(PLAIN.hardExpiry()).isEqualTo(END);
    assertThat(PLAIN.softExpiry()).isEqualTo(END);
    assertThat(PLAIN.idleLimit()).isEmpty();
    assertThat(PLAIN.mode()).isEqualTo(EnforcementMode.ENFORCE);
    assertThat(PLAIN.needsLease()).isFalse();
  }

  @Test
  void timesAreCutToMilliseconds_soonerNeverLater() {
    Instant odd = Instant.parse("2030-01-01T00:00:00.123999999Z");
    Instant even = Instant.parse("2030-01-01T00:00:00.123Z");
    Grant grant =
        Grant.until(new GrantId(7), CLIENT, WEB, odd)
            .withIdleLimit(Duration.ofNanos(2_000_999_999));
    assertThat(grant.hardExpiry()).isEqualTo(even);
    assertThat(grant.softExpiry()).isEqualTo(even);
    assertThat(grant.idleLimit()).contains(Duration.ofSeconds(2));
    assertThat(grant.withSoftExpiry(odd).softExpiry())
        .as("cut before it is compared")
        .isEqualTo(even);
  }

  @Test
  void timesBeforeTheEpoch_areCutToSoonerToo() {
    Grant grant =
        Grant.until(new GrantId(7), CLIENT, WEB, Instant.parse("1969-12-31T23:59:59.9999Z"));
    assertThat(grant.hardExpiry()).isEqualTo(Instant.parse("1969-12-31T23:59:59.999Z"));
  }

  @Test
  void softExpiryAfterTheHardOne_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PLAIN.withSoftExpiry(END.plusMillis(1)))
        .withMessageContaining("grant 7")
        .withMessageContaining("after hard expiry");
  }

  @Test
  void familiesThatDiffer_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Grant.until(new GrantId(7), IpAddress.parse("fd77::1"), WEB, END))
        .withMessageContaining("grant 7")
        .withMessageContaining("differ in family");
  }

  @Test
  void idleLimit_isAtLeastTwoSeconds() {
    assertThat(PLAIN.withIdleLimit(Grant.LEAST_IDLE_LIMIT).idleLimit())
        .contains(Duration.ofSeconds(2));
    for (Duration tooLittle :
        new Duration[] {Duration.ofMillis(1_999), Duration.ZERO, Duration.ofSeconds(-5)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> PLAIN.withIdleLimit(tooLittle))
          .withMessageContaining("at least 2 s");
    }
  }

  @Test
  void copies_changeOneThing() {
    assertThat(PLAIN.withMode(EnforcementMode.AUDIT))
        .isNotEqualTo(PLAIN)
        .extracting(grant -> grant.withMode(EnforcementMode.ENFORCE))
        .isEqualTo(PLAIN);
    assertThat(PLAIN.withNeedsLease(true).needsLease()).isTrue();
    assertThat(PLAIN.withNeedsLease(true).withNeedsLease(false)).isEqualTo(PLAIN);
    Grant sooner = PLAIN.withSoftExpiry(END.minusSeconds(1));
    assertThat(sooner.hardExpiry()).isEqualTo(END);
    assertThat(sooner.withSoftExpiry(END)).isEqualTo(PLAIN);
  }
}
