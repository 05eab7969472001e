package io.aegis.enforcer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.api.IpAddress;
import io.aegis.api.Reason;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.GrantUpdate.Extension;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Hard expiry, soft expiry and idle limit, decided for each packet. Waits are few: where time
 * cannot be simulated they cost what they say.
 */
public abstract class ExpiryContract extends EnforcerConcern {
  private static final Duration SHORT = Duration.ofMillis(1_500);
  private static final Duration PAST_SHORT = Duration.ofMillis(1_600);
  private static final Duration IDLE = Duration.ofSeconds(3);

  /** For subclasses. */
  protected ExpiryContract() {}

  @Test
  void hardAndSoftExpiry_endTheGrantByThemselves() {
    Instant now = now();
    add(
        Grant.until(Sample.id(1), Sample.nthClient(1), Sample.WEB, now.plus(SHORT)),
        Sample.nth(2, now).withSoftExpiry(now.plus(SHORT)),
        Sample.nth(3, now));
    assertThat(List.of(admitsNth(1), admitsNth(2), admitsNth(3))).containsExactly(true, true, true);
    fixture().passTime(PAST_SHORT);
    assertThat(List.of(admitsNth(1), admitsNth(2), admitsNth(3)))
        .containsExactly(false, false, true);
    assertThat(reasonNth(1)).isIn(Reason.EXPIRED, Reason.NO_GRANT); // the latter if it was freed
    assertThat(reasonNth(2)).isIn(Reason.EXPIRED, Reason.NO_GRANT);
    assertThat(reasonNth(3)).isEqualTo(Reason.GRANT);
  }

  @Test
  void extension_keepsTheGrantOpen_butNotPastTheHardExpiry() {
    Instant now = now();
    Grant extended = Sample.nth(1, now).withSoftExpiry(now.plus(SHORT));
    Grant bounded =
        Grant.until(Sample.id(2), Sample.nthClient(2), Sample.WEB, now.plus(SHORT))
            .withSoftExpiry(now.plusMillis(500));
    Grant shortened = Sample.nth(3, now);
    add(extended, bounded, shortened);
    var update =
        new GrantUpdate(
            List.of(),
            List.of(),
            List.of(
                new Extension(Sample.id(1), now.plusSeconds(60)),
                new Extension(Sample.id(2), now.plusSeconds(60)),
                new Extension(Sample.id(3), now.minusSeconds(1))));
    assertThat(enforcer().apply(update).failures()).isEmpty();
    assertThat(admitsNth(3)).as("shortened into the past").isFalse();
    fixture().passTime(PAST_SHORT);
    assertThat(admitsNth(1)).as("extended").isTrue();
    assertThat(admitsNth(2)).as("extended past its hard expiry").isFalse();
  }

  @Test
  void idleLimit_closesForGood_unlessThereIsTraffic() {
    Instant now = now();
    Grant quiet = Sample.nth(1, now).withIdleLimit(IDLE);
    Grant busy = Sample.nth(2, now).withIdleLimit(IDLE);
    Grant untouched = Sample.nth(3, now).withIdleLimit(IDLE);
    Grant renewed = Sample.nth(4, now).withIdleLimit(IDLE);
    Grant usedAndRenewed = Sample.nth(6, now).withIdleLimit(IDLE);
    Grant patient = Sample.nth(5, now).withIdleLimit(Duration.ofMinutes(1));
    add(quiet, busy, untouched, renewed, patient, usedAndRenewed);
    assertThat(admitsNth(6)).isTrue();
    fixture().passTime(Duration.ofMillis(1_700));
    assertThat(admitsNth(2)).isTrue();
    replyNth(2);
    add(renewed, usedAndRenewed);
    List<Grant> all = List.of(quiet, busy, untouched, renewed, patient, usedAndRenewed);
    assertThat(enforcer().replace(all).outcomes()).isEmpty();
    fixture().passTime(Duration.ofMillis(1_400));
    assertThat(admitsNth(1)).as("quiet for longer than its limit").isFalse();
    assertThat(admitsNth(2)).as("a packet 1.4 s ago").isTrue();
    assertThat(admitsNth(3)).as("a replace that lists it does not renew it").isFalse();
    assertThat(admitsNth(4)).as("an upsert starts its idle time anew").isTrue();
    assertThat(admitsNth(6)).as("also after traffic").isTrue();
    assertThat(admitsNth(5)).isTrue();
    assertThat(reasonNth(1))
        .as("a dropped packet does not revive it")
        .isIn(Reason.IDLE, Reason.NO_GRANT);
    extendIdleOne(now);
    assertThat(admitsNth(1)).as("nor does an extension").isFalse();
    add(quiet);
    assertThat(admitsNth(1)).as("but a new upsert does").isTrue();
  }

  private void extendIdleOne(Instant now) {
    enforcer()
        .apply(
            new GrantUpdate(
                List.of(),
                List.of(),
                List.of(new Extension(Sample.id(1), now.plusSeconds(1_800)))));
  }

  @Test
  void expiriesFarAway_areKept() {
    Instant farAway = Instant.parse("2290-01-01T00:00:00.123Z");
    Grant grant = Grant.until(Sample.id(1), Sample.CLIENT, Sample.WEB, farAway);
    Grant longAgo = Grant.until(Sample.id(2), Sample.nthClient(2), Sample.WEB, Instant.EPOCH);
    add(grant, longAgo);
    assertInForce(grant, longAgo);
    assertThat(admits(Sample.request())).isTrue();
    assertThat(admitsNth(2)).isFalse();
  }

  /** What is sent both ways is not idle, wherever both are looked at. */
  private void replyNth(long n) {
    if (can(Capability.EGRESS)) {
      assertThat(releases(reply(Sample.nthClient(n)))).isTrue();
    }
  }

  private static byte[] reply(IpAddress client) {
    return FrameBuilder.ethernet().ip(Sample.SERVICE, client).tcp(Sample.PORT, 40_000).bytes();
  }

  private boolean admitsNth(long n) {
    return admits(nthFrame(n));
  }

  private Reason reasonNth(long n) {
    return Observation.of(fixture(), enforcer(), outside(), nthFrame(n)).reason();
  }

  private static byte[] nthFrame(long n) {
    return Sample.frame(Sample.nthClient(n), Sample.SERVICE, Sample.PORT);
  }
}
