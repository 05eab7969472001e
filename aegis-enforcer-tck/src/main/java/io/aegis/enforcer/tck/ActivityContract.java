package io.aegis.enforcer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.Reason;
import io.aegis.enforcer.spi.Activity;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.Counters.Count;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code grants}, {@code activity} and {@code counters}: what is read back. */
public abstract class ActivityContract extends EnforcerConcern {

  /** For subclasses. */
  protected ActivityContract() {}

  @Test
  void grants_areInTheOrderOfTheirIdsAndEqualToWhatWasApplied() {
    Instant now = now();
    Grant full =
        Sample.nth(300, now)
            .withSoftExpiry(now.plusSeconds(61))
            .withIdleLimit(java.time.Duration.ofMillis(2_345))
            .withNeedsLease(true);
    Grant largeId =
        Grant.until(Sample.id(Long.MAX_VALUE), Sample.CLIENT, Sample.WEB, now.plusSeconds(9));
    add(largeId, full, Sample.nth(2, now));
    assertThat(enforcer().grants()).containsExactly(Sample.nth(2, now), full, largeId);
  }

  @Test
  void activity_hasAnEntryForEveryGrant() {
    Instant now = now();
    add(Sample.nth(1, now), Sample.nth(2, now));
    assertThat(enforcer().activity())
        .isEqualTo(Map.of(Sample.id(1), Activity.NONE, Sample.id(2), Activity.NONE));
  }

  @Test
  void activity_countsAdmittedPacketsAndBytesOfThatGrantAlone() {
    Instant before = now();
    add(Sample.nth(1, before), Sample.nth(2, before));
    byte[] shorter = Sample.frame(Sample.nthClient(1), Sample.SERVICE, Sample.PORT);
    byte[] longer =
        FrameBuilder.ethernet()
            .ip(Sample.nthClient(1), Sample.SERVICE)
            .tcp(9, Sample.PORT)
            .payload(new byte[500])
            .bytes();
    assertThat(admits(shorter)).isTrue();
    assertThat(admits(longer)).isTrue();
    Map<GrantId, Activity> activity = enforcer().activity();
    Activity seen = activity.getOrDefault(Sample.id(1), Activity.NONE);
    assertThat(seen.packets()).isEqualTo(2);
    assertThat(seen.bytes()).isEqualTo(shorter.length + longer.length);
    assertThat(seen.lastAdmittedAt())
        .as("at most a second too early")
        .isNotNull()
        .isBetween(before.minusSeconds(1).minusMillis(50), now().plusMillis(50));
    assertThat(activity.get(Sample.id(2))).isEqualTo(Activity.NONE);
  }

  @Test
  void activity_ofDroppedPackets_isNone() {
    add(Sample.web(1, now()).withNeedsLease(true));
    assertThat(admits(Sample.request())).isFalse();
    assertThat(enforcer().activity().get(Sample.id(1))).isEqualTo(Activity.NONE);
  }

  @Test
  void activity_ofAGrantInAuditMode_isNone() {
    if (!can(Capability.AUDIT)) {
      return; // such a grant is refused: CapabilityContract
    }
    add(Sample.web(1, now()).withMode(EnforcementMode.AUDIT));
    assertThat(admits(Sample.request())).isFalse();
    assertThat(enforcer().activity().get(Sample.id(1))).isEqualTo(Activity.NONE);
  }

  @Test
  void activity_ofAnErrorAboutAGrantsPacket_isNone() {
    add(Sample.web(1, now()));
    byte[] error =
        FrameBuilder.ethernet()
            .ip(Sample.STRANGER, Sample.SERVICE)
            .icmp(3, 4)
            .ip(Sample.SERVICE, Sample.CLIENT)
            .tcp(Sample.PORT, 40_000)
            .bytes();
    assertThat(admits(error)).isEqualTo(can(Capability.RELATED_ERRORS));
    assertThat(enforcer().activity().get(Sample.id(1)))
        .as("an error can be spoofed: it keeps nothing alive")
        .isEqualTo(Activity.NONE);
  }

  @Test
  void snapshots_doNotChangeLater() {
    add(Sample.web(1, now()));
    List<Grant> grants = enforcer().grants();
    Map<GrantId, Activity> activity = enforcer().activity();
    List<Count> counts = List.copyOf(enforcer().counters().counts());
    add(Sample.nth(2, now()));
    assertThat(admits(Sample.request())).isTrue();
    assertThat(grants).hasSize(1);
    assertThat(activity).containsOnly(Map.entry(Sample.id(1), Activity.NONE));
    assertThat(counts).isNotEqualTo(enforcer().counters().counts());
  }

  @Test
  void counters_beforeTheFirstFrame_areEmpty() {
    assertThat(enforcer().counters().counts()).isEmpty();
  }

  @Test
  void counters_countByInterfaceAndReason() {
    add(Sample.web(1, now()));
    byte[] request = Sample.request();
    byte[] stranger = Sample.frame(Sample.STRANGER, Sample.SERVICE, Sample.PORT);
    String second = interfaces().get(1).name();
    assertThat(admits(request)).isTrue();
    assertThat(admits(request)).isTrue();
    assertThat(admits(stranger)).isFalse();
    assertThat(fixture().arrive(second, request)).as("a grant holds on every interface").isTrue();
    assertThat(fixture().arrive(second, stranger)).isFalse();
    long bytes = request.length;
    assertThat(enforcer().counters().counts())
        .containsExactlyInAnyOrder(
            new Count(outside(), Reason.GRANT, false, 2, 2 * bytes),
            new Count(outside(), Reason.NO_GRANT, false, 1, stranger.length),
            new Count(second, Reason.GRANT, false, 1, bytes),
            new Count(second, Reason.NO_GRANT, false, 1, stranger.length));
    assertThat(enforcer().counters().packets(Reason.GRANT)).isEqualTo(3);
  }
}
