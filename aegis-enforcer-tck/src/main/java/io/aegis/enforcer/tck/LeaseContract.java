package io.aegis.enforcer.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code lease}: grants that need it admit while it runs. */
public abstract class LeaseContract extends EnforcerConcern {

  /** For subclasses. */
  protected LeaseContract() {}

  /** Adds a grant that needs the lease, and one that does not. */
  @BeforeEach
  protected final void addGrants() {
    add(Sample.web(1, now()).withNeedsLease(true), Sample.nth(2, now()));
  }

  @Test
  void grantThatNeedsTheLease_beforeTheFirstOne_admitsNothing() {
    assertThat(admits(Sample.request())).isFalse();
    assertThat(admitsOther()).isTrue();
  }

  @Test
  void grantThatNeedsTheLease_admitsUntilItRunsOut() {
    enforcer().lease(Duration.ofMillis(1_500));
    assertThat(admits(Sample.request())).isTrue();
    fixture().passTime(Duration.ofMillis(1_600));
    assertThat(admits(Sample.request())).isFalse();
    assertThat(admitsOther()).isTrue();
    enforcer().lease(Duration.ofMinutes(1));
    assertThat(admits(Sample.request())).as("a new lease opens it again").isTrue();
  }

  @Test
  void lease_replacesTheOneThatRuns_alsoByAShorterOne() {
    enforcer().lease(Duration.ofHours(1));
    assertThat(admits(Sample.request())).isTrue();
    enforcer().lease(Duration.ZERO);
    assertThat(admits(Sample.request())).isFalse();
    assertThat(admitsOther()).isTrue();
  }

  @Test
  void lease_ofAVeryLongTime_runs() {
    enforcer().lease(Duration.ofDays(36_500));
    assertThat(admits(Sample.request())).isTrue();
  }

  @Test
  void lease_negative_isRefusedAndTheOldOneRunsOn() {
    enforcer().lease(Duration.ofHours(1));
    assertThatIllegalArgumentException().isThrownBy(() -> enforcer().lease(Duration.ofSeconds(-1)));
    assertThat(admits(Sample.request())).isTrue();
  }

  private boolean admitsOther() {
    return admits(Sample.frame(Sample.nthClient(2), Sample.SERVICE, Sample.PORT));
  }
}
