package io.aegis.enforcer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.UpdateResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code maxGrants}: a full enforcer refuses, and touches no other. */
public abstract class CapacityContract extends EnforcerConcern {
  private static final int ROOM = 8;

  /** For subclasses. */
  protected CapacityContract() {}

  /** Opens an enforcer with little room, and fills it. */
  @BeforeEach
  protected final void fill() {
    EnforcerSettings base = fixture().settings();
    openAnew(
        new EnforcerSettings(
            base.instance(),
            base.interfaces(),
            base.staticRules(),
            ROOM,
            base.clock(),
            base.options()));
    Instant now = now();
    for (int n = 1; n <= ROOM; n++) {
      add(Sample.nth(n, now));
    }
  }

  @Test
  void apply_oneTooMany_isExhaustedAndTouchesNothing() {
    List<Grant> before = enforcer().grants();
    Grant tooMany = Sample.nth(ROOM + 1, now());
    UpdateResult result = enforcer().apply(GrantUpdate.adding(tooMany));
    assertAllFail(Kind.EXHAUSTED, result, tooMany);
    assertThat(enforcer().grants()).isEqualTo(before).hasSize(ROOM);
    assertThat(admitsNth(ROOM + 1)).isFalse();
    for (int n = 1; n <= ROOM; n++) {
      assertThat(admitsNth(n)).as("grant %s", n).isTrue();
    }
  }

  @Test
  void apply_oneTooManyInTheOtherFamily_isExhaustedToo() {
    Grant tooMany = Sample.web6(ROOM + 1, now());
    UpdateResult result = enforcer().apply(GrantUpdate.adding(tooMany));
    assertAllFail(can(Capability.IPV6) ? Kind.EXHAUSTED : Kind.UNSUPPORTED, result, tooMany);
    assertThat(enforcer().grants()).hasSize(ROOM);
    assertThat(admits(Sample.request6())).isFalse();
  }

  @Test
  void apply_onAFullEnforcer_replacesByTheSameId() {
    Grant other = Grant.until(Sample.id(1), Sample.CLIENT, Sample.WEB, now().plusSeconds(60));
    add(other);
    assertThat(admits(Sample.request())).isTrue();
    assertThat(admitsNth(1)).isFalse();
    assertThat(enforcer().grants()).hasSize(ROOM).contains(other);
  }

  @Test
  void apply_removalInTheSameUpdate_makesRoom() {
    var update =
        new GrantUpdate(List.of(Sample.id(3)), List.of(Sample.nth(ROOM + 1, now())), List.of());
    assertThat(enforcer().apply(update).failures()).isEmpty();
    assertThat(admitsNth(ROOM + 1)).isTrue();
    assertThat(admitsNth(3)).isFalse();
  }

  @Test
  void apply_moreThanFit_addsThoseThatDo() {
    enforcer().apply(GrantUpdate.removing(Sample.id(1), Sample.id(2)));
    Instant now = now();
    UpdateResult result =
        enforcer()
            .apply(
                GrantUpdate.adding(Sample.nth(11, now), Sample.nth(12, now), Sample.nth(13, now)));
    assertThat(result.receipts()).hasSize(2);
    assertThat(result.failures())
        .extracting(UpdateResult.Failed::kind)
        .containsExactly(Kind.EXHAUSTED);
    GrantId failed = result.failures().getFirst().grantId();
    assertThat(enforcer().grants()).hasSize(ROOM).extracting(Grant::id).doesNotContain(failed);
    assertThat(admitsNth(failed.value())).isFalse();
  }

  @Test
  void replace_withMoreThanFit_removesAndAddsThoseThatDo() {
    Instant now = now();
    var wanted = new ArrayList<Grant>();
    for (int n = 3; n <= ROOM + 5; n++) {
      wanted.add(Sample.nth(n, now));
    }
    UpdateResult result = enforcer().replace(wanted);
    assertThat(result.failures())
        .hasSize(3)
        .allSatisfy(failed -> assertThat(failed.kind()).isEqualTo(Kind.EXHAUSTED));
    assertThat(enforcer().grants()).hasSize(ROOM);
    assertThat(admitsNth(1)).isFalse();
    assertThat(admitsNth(3)).isTrue();
  }

  @Test
  void apply_newFormThatDoesNotFit_leavesNoOlderOneInForce() {
    Grant moved = fillATuple();
    UpdateResult result = enforcer().apply(GrantUpdate.adding(moved));
    assertOlderFormIsGone(moved, result);
  }

  @Test
  void replace_newFormThatDoesNotFit_leavesNoOlderOneInForce() {
    Grant moved = fillATuple();
    var wanted = new ArrayList<Grant>(enforcer().grants());
    wanted.replaceAll(grant -> grant.id().equals(moved.id()) ? moved : grant);
    UpdateResult result = enforcer().replace(wanted);
    assertOlderFormIsGone(moved, result);
  }

  /** Lets one tuple have as many grants as it can; returns what one more of them would be. */
  private Grant fillATuple() {
    Instant now = now();
    int most = can(Capability.SHARED_TUPLES) ? 4 : 1;
    for (int n = 1; n <= most; n++) {
      add(Sample.web(n, now));
    }
    return Sample.web(ROOM, now);
  }

  private void assertOlderFormIsGone(Grant moved, UpdateResult result) {
    Kind kind = can(Capability.SHARED_TUPLES) ? Kind.EXHAUSTED : Kind.UNSUPPORTED;
    assertAllFail(kind, result, moved);
    assertThat(enforcer().grants())
        .hasSize(ROOM - 1)
        .extracting(Grant::id)
        .doesNotContain(moved.id());
    assertThat(admitsNth(ROOM)).as("what it was before").isFalse();
    assertThat(admits(Sample.request())).as("the others").isTrue();
    add(Sample.nth(ROOM, now())); // and there is room again
    assertThat(admitsNth(ROOM)).isTrue();
  }

  private boolean admitsNth(long n) {
    return admits(Sample.frame(Sample.nthClient(n), Sample.SERVICE, Sample.PORT));
  }
}
