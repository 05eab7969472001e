package io.aegis.enforcer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import org.junit.jupiter.api.Test;

/** {@code openUnconfirmed} and {@code confirm}, or their honest absence. */
public abstract class ConfirmContract extends EnforcerConcern {

  /** For subclasses. */
  protected ConfirmContract() {}

  @Test
  void commitConfirm_isDeclaredOnlyByWhatSurvives() {
    if (!can(Capability.SURVIVES_RESTART)) {
      assertThat(fixture().capabilities()).doesNotContain(Capability.COMMIT_CONFIRM);
    }
  }

  @Test
  void openedAsUsual_isConfirmed_andConfirmingChangesNothing() {
    add(Sample.web(1, now()));
    assertThat(enforcer().isConfirmed()).isTrue();
    enforcer().confirm();
    assertThat(enforcer().isConfirmed()).isTrue();
    assertThat(admits(Sample.request())).isTrue();
  }

  @Test
  void openUnconfirmed_withoutTheCapability_isRefused() {
    if (can(Capability.COMMIT_CONFIRM)) {
      return; // what it does is tested below
    }
    enforcer().detach();
    assertFails(Kind.UNSUPPORTED, () -> fixture().openUnconfirmed(fixture().settings()));
    reopen();
    assertThat(enforcer().isConfirmed()).as("nothing is in the way of opening as usual").isTrue();
  }

  @Test
  void unconfirmed_enforces_andClosingItLeavesNothing() {
    if (!can(Capability.COMMIT_CONFIRM)) {
      return; // the refusal is tested above
    }
    openUnconfirmed();
    add(Sample.web(1, now()));
    assertThat(enforcer().isConfirmed()).isFalse();
    assertThat(enforcer().health().problems()).isEmpty();
    assertThat(admits(Sample.request())).isTrue();
    assertThat(admits(Sample.frame(Sample.STRANGER, Sample.SERVICE, Sample.PORT))).isFalse();
    enforcer().close();
    assertThat(fixture().provider().detach(fixture().settings().instance()))
        .as("what was left")
        .isEmpty();
    reopen();
    assertThat(enforcer().grants()).isEmpty();
  }

  @Test
  void confirmed_survives_andIsConfirmedForWhoeverOpensItNext() {
    if (!can(Capability.COMMIT_CONFIRM)) {
      return; // the refusal is tested above
    }
    Grant grant = Sample.web(1, now());
    openUnconfirmed();
    add(grant);
    enforcer().confirm();
    assertThat(enforcer().isConfirmed()).isTrue();
    enforcer().confirm();
    enforcer().close();
    assertThat(admits(Sample.request())).isTrue();
    try (var next = fixture().openUnconfirmed(fixture().settings())) {
      assertThat(next.isConfirmed()).isTrue();
      assertThat(next.grants()).containsExactly(grant);
    }
  }
}
