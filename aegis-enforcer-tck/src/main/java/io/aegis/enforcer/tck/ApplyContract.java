package io.aegis.enforcer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.api.Receipt;
import io.aegis.api.Receipt.Change;
import io.aegis.enforcer.spi.Activity;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.GrantUpdate.Extension;
import io.aegis.enforcer.spi.UpdateResult;
import io.aegis.enforcer.spi.UpdateResult.Applied;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code apply}: what changes, in which order, with which outcomes. */
public abstract class ApplyContract extends EnforcerConcern {

  /** For subclasses. */
  protected ApplyContract() {}

  @Test
  void open_withoutGrants_dropsEverything() {
    assertThat(enforcer().grants()).isEmpty();
    assertThat(admits(Sample.request())).isFalse();
  }

  @Test
  void apply_upsert_admitsFromThenOnAndOnlyThat() {
    Grant grant = Sample.web(1, now());
    add(grant);
    assertThat(admits(Sample.request())).isTrue();
    assertThat(admits(Sample.frame(Sample.STRANGER, Sample.SERVICE, Sample.PORT))).isFalse();
    assertThat(admits(Sample.frame(Sample.CLIENT, Sample.SERVICE, Sample.PORT + 1))).isFalse();
    assertThat(enforcer().grants()).containsExactly(grant);
  }

  @Test
  void apply_remove_dropsFromThenOn() {
    add(Sample.web(1, now()));
    assertThat(admits(Sample.request())).isTrue();
    UpdateResult result = enforcer().apply(GrantUpdate.removing(Sample.id(1)));
    assertThat(result.failures()).isEmpty();
    assertThat(admits(Sample.request())).isFalse();
    assertThat(enforcer().grants()).isEmpty();
  }

  @Test
  void apply_removeOfWhatIsNotThere_succeeds() {
    UpdateResult result = enforcer().apply(GrantUpdate.removing(Sample.id(9)));
    assertThat(result.receipts()).extracting(Receipt::change).containsExactly(Change.REMOVED);
    assertThat(result.receipts().getFirst().lastAdmitted()).isEmpty();
  }

  @Test
  void apply_emptyUpdate_hasNoOutcomes() {
    UpdateResult result = enforcer().apply(new GrantUpdate(List.of(), List.of(), List.of()));
    assertThat(result.outcomes()).isEmpty();
  }

  @Test
  void apply_everyItem_hasAnOutcomeInOrder() {
    Instant now = now();
    add(Sample.nth(1, now), Sample.nth(2, now), Sample.nth(3, now), Sample.nth(4, now));
    UpdateResult result =
        enforcer()
            .apply(
                new GrantUpdate(
                    List.of(Sample.id(2), Sample.id(1)),
                    List.of(Sample.nth(6, now), Sample.nth(5, now)),
                    List.of(
                        new Extension(Sample.id(4), now.plusSeconds(60)),
                        new Extension(Sample.id(3), now.plusSeconds(60)))));
    assertThat(result.outcomes())
        .extracting(UpdateResult.Outcome::grantId)
        .containsExactly(
            Sample.id(2), Sample.id(1), Sample.id(6), Sample.id(5), Sample.id(4), Sample.id(3));
    assertThat(result.receipts())
        .extracting(Receipt::change)
        .containsExactly(
            Change.REMOVED,
            Change.REMOVED,
            Change.UPSERTED,
            Change.UPSERTED,
            Change.EXTENDED,
            Change.EXTENDED);
  }

  @Test
  void apply_failedItem_cancelsNoOther() {
    Instant now = now();
    add(Sample.nth(1, now), Sample.nth(2, now));
    UpdateResult result =
        enforcer()
            .apply(
                new GrantUpdate(
                    List.of(Sample.id(1)),
                    List.of(Sample.nth(3, now)),
                    List.of(
                        new Extension(Sample.id(77), now.plusSeconds(60)),
                        new Extension(Sample.id(2), now.plusSeconds(60)))));
    assertThat(result.failures())
        .extracting(UpdateResult.Failed::grantId)
        .containsExactly(Sample.id(77));
    assertThat(enforcer().grants())
        .containsExactly(
            Sample.nth(2, now).withSoftExpiry(now.plusSeconds(60)), Sample.nth(3, now));
  }

  @Test
  void apply_extensionOfWhatIsNotInForce_failsAndBringsNothingBack() {
    add(Sample.web(1, now()));
    enforcer().apply(GrantUpdate.removing(Sample.id(1)));
    UpdateResult result = extend(1, now().plusSeconds(600));
    assertThat(result.failures()).hasSize(1);
    assertThat(result.failures().getFirst().kind()).isEqualTo(Kind.INTERNAL);
    assertThat(enforcer().grants()).isEmpty();
    assertThat(admits(Sample.request())).isFalse();
  }

  @Test
  void apply_extension_movesTheSoftExpiryAlone() {
    Grant grant = Sample.web(1, now()).withSoftExpiry(now().plusSeconds(60));
    add(grant);
    Instant later = grant.softExpiry().plusSeconds(60);
    assertThat(extend(1, later).failures()).isEmpty();
    assertThat(enforcer().grants()).containsExactly(grant.withSoftExpiry(later));
    Instant sooner = grant.softExpiry().minusSeconds(30);
    assertThat(extend(1, sooner).failures()).isEmpty();
    assertThat(enforcer().grants()).containsExactly(grant.withSoftExpiry(sooner));
  }

  @Test
  void apply_extensionBeyondTheHardExpiry_stopsThere() {
    Grant grant = Sample.web(1, now()).withSoftExpiry(now().plusSeconds(60));
    add(grant);
    assertThat(extend(1, grant.hardExpiry().plusSeconds(1)).failures()).isEmpty();
    assertThat(enforcer().grants()).containsExactly(grant.withSoftExpiry(grant.hardExpiry()));
  }

  @Test
  void apply_upsertOfAnIdInForce_replacesThatGrant() {
    add(Sample.web(1, now()));
    Grant other = Sample.nth(1, now());
    add(other);
    assertThat(enforcer().grants()).containsExactly(other);
    assertThat(admits(Sample.request())).isFalse();
    assertThat(admits(Sample.frame(Sample.nthClient(1), Sample.SERVICE, Sample.PORT))).isTrue();
  }

  @Test
  void apply_upsertWithTheSameTuple_countsOn() {
    Grant grant = Sample.web(1, now());
    add(grant);
    assertThat(admits(Sample.request())).isTrue();
    add(grant.withSoftExpiry(grant.hardExpiry().minusSeconds(60)));
    assertThat(admits(Sample.request())).isTrue();
    assertThat(activity(1).packets()).isEqualTo(2);
  }

  @Test
  void apply_upsertWithAnotherTuple_countsAnew() {
    add(Sample.web(1, now()));
    assertThat(admits(Sample.request())).isTrue();
    add(Sample.nth(1, now()));
    assertThat(activity(1)).isEqualTo(Activity.NONE);
  }

  @Test
  void apply_grantThatHasExpired_isAcceptedAndAdmitsNothing() {
    Grant past = Grant.until(Sample.id(1), Sample.CLIENT, Sample.WEB, now().minusSeconds(5));
    add(past);
    assertInForce(past);
    assertThat(admits(Sample.request())).isFalse();
  }

  @Test
  void receipts_tellWhenAndWhatPassedLast() {
    Instant before = now();
    Receipt added = add(Sample.web(1, before)).receipts().getFirst();
    Instant between = now();
    assertThat(added.appliedAt()).isBetween(aLittle(before, -1), aLittle(between, 1));
    assertThat(added.lastAdmitted()).isEmpty();
    assertThat(admits(Sample.request())).isTrue();
    UpdateResult result = enforcer().apply(GrantUpdate.removing(Sample.id(1)));
    Receipt removed = ((Applied) result.outcomes().getFirst()).receipt();
    assertThat(removed.appliedAt()).isBetween(aLittle(between, -1), aLittle(now(), 1));
    assertThat(removed.lastAdmittedAt()).isNotNull();
    assertThat(removed.lastAdmittedAt())
        .isBetween(between.minusSeconds(1).minusMillis(50), aLittle(removed.appliedAt(), 1));
  }

  /** Conversions between two clocks may be off by this much. */
  private static Instant aLittle(Instant instant, int way) {
    return instant.plus(Duration.ofMillis(50L * way));
  }

  private UpdateResult extend(long id, Instant softExpiry) {
    return enforcer()
        .apply(
            new GrantUpdate(
                List.of(), List.of(), List.of(new Extension(Sample.id(id), softExpiry))));
  }

  private Activity activity(long id) {
    Activity activity = enforcer().activity().get(Sample.id(id));
    assertThat(activity).isNotNull();
    return activity == null ? Activity.NONE : activity;
  }
}
