package io.aegis.enforcer.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.Reason;
import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.UpdateResult;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Capabilities, both ways: declared, it works; undeclared, it is refused and changes nothing. */
public abstract class CapabilityContract extends EnforcerConcern {

  /** For subclasses. */
  protected CapabilityContract() {}

  @Test
  void capabilities_areTheDeclaredOnes_andNeverChange() {
    assertThat(enforcer().capabilities()).isEqualTo(fixture().capabilities());
    add(Sample.web(1, now()));
    assertThat(enforcer().capabilities()).isEqualTo(fixture().capabilities()).isUnmodifiable();
  }

  @Test
  void egress_ofWhatAServiceBegins_isDropped_andExplainedOnlyWhereItIsFiltered() {
    byte[] dialing = FrameBuilder.ethernet().ip(Sample.SERVICE, Sample.CLIENT).tcpSyn(9, 9).bytes();
    if (can(Capability.EGRESS)) {
      assertThat(releases(dialing)).isFalse();
      assertThat(enforcer().counters().packets(Reason.EGRESS)).isOne();
    } else if (can(Capability.EXPLAIN)) {
      assertFails(Kind.UNSUPPORTED, () -> enforcer().explain(Direction.EGRESS, outside(), dialing));
    }
  }

  @Test
  void ipv6() {
    checkGrant(Capability.IPV6, Sample.web6(1, now()), Sample.request6());
  }

  @Test
  void prefixTargets() {
    checkGrant(Capability.PREFIX_TARGETS, Sample.to(Sample.SUBNET, 1, now()), Sample.request());
  }

  @Test
  void portRanges() {
    checkGrant(Capability.PORT_RANGES, Sample.to(Sample.ANY_PORT, 1, now()), Sample.request());
  }

  @Test
  void icmpEcho() {
    byte[] ping = FrameBuilder.ethernet().ip(Sample.CLIENT, Sample.SERVICE).icmp(8, 0).bytes();
    checkGrant(Capability.ICMP_ECHO, Sample.to(Sample.ECHO, 1, now()), ping);
  }

  private void checkGrant(Capability capability, Grant grant, byte[] frame) {
    Grant kept = Sample.nth(2, now());
    add(kept);
    assertThat(admits(frame)).isFalse();
    UpdateResult result = enforcer().apply(GrantUpdate.adding(grant));
    if (can(capability)) {
      assertThat(result.failures()).isEmpty();
      assertThat(enforcer().grants()).containsExactly(grant, kept);
      assertThat(admits(frame)).isTrue();
      assertThat(enforcer().apply(GrantUpdate.removing(grant.id())).failures()).isEmpty();
    } else {
      assertAllFail(Kind.UNSUPPORTED, result, grant);
    }
    assertThat(enforcer().grants()).containsExactly(kept);
    assertThat(admits(frame)).isFalse();
  }

  @Test
  void refusedReplacementOfAGrant_leavesNoFormOfIt() {
    Grant before = Sample.web(1, now());
    add(before);
    Grant after = Sample.to(Sample.SUBNET, 1, now()).withMode(EnforcementMode.AUDIT);
    UpdateResult result = enforcer().apply(GrantUpdate.adding(after));
    if (fixture().capabilities().containsAll(Needs.of(after))) {
      assertThat(result.failures()).isEmpty();
      assertThat(enforcer().grants()).containsExactly(after);
      assertThat(admits(Sample.request())).isFalse();
    } else {
      assertAllFail(Kind.UNSUPPORTED, result, after);
      assertThat(enforcer().grants()).isEmpty();
      assertThat(admits(Sample.request())).isFalse();
    }
  }

  @Test
  void auditGrant_admitsNothing_orIsRefused() {
    Grant grant = Sample.web(1, now()).withMode(EnforcementMode.AUDIT);
    UpdateResult result = enforcer().apply(GrantUpdate.adding(grant));
    assertThat(admits(Sample.request())).isFalse();
    if (can(Capability.AUDIT)) {
      assertThat(result.failures()).isEmpty();
      add(grant.withMode(EnforcementMode.ENFORCE));
      assertThat(admits(Sample.request())).as("switched to enforce").isTrue();
      add(grant);
      assertThat(admits(Sample.request())).as("and back").isFalse();
    } else {
      assertAllFail(Kind.UNSUPPORTED, result, grant);
      assertThat(enforcer().grants()).isEmpty();
    }
  }

  @Test
  void explain_givesTheVerdictWithoutSideEffects_orIsRefused() {
    add(Sample.web(1, now()));
    if (!can(Capability.EXPLAIN)) {
      assertFails(Kind.UNSUPPORTED, () -> enforcer().explain(outside(), Sample.request()));
      return;
    }
    var activity = enforcer().activity();
    Verdict verdict = enforcer().explain(outside(), Sample.request());
    assertThat(verdict.admitted()).isTrue();
    assertThat(verdict.grantId()).isIn(null, Sample.id(1));
    assertThat(enforcer().activity()).isEqualTo(activity);
    assertThat(enforcer().counters().counts()).isEmpty();
  }

  @Test
  void explain_ofWhatCannotArrive_isRefused() {
    if (!can(Capability.EXPLAIN)) {
      assertFails(Kind.UNSUPPORTED, () -> enforcer().explain(outside(), new byte[13]));
      return;
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> enforcer().explain("no-such", Sample.request()))
        .withMessageContaining("no-such");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> enforcer().explain(outside(), new byte[13]))
        .withMessageContaining("13");
    assertThat(enforcer().explain(outside(), new byte[14]).admitted()).isFalse();
  }

  @Test
  void sharedTuples_upToFourLiveApart_orTheSecondIsRefused() {
    List<Grant> four =
        List.of(
            Sample.web(1, now()), Sample.web(2, now()), Sample.web(3, now()), Sample.web(4, now()));
    if (!can(Capability.SHARED_TUPLES)) {
      add(four.getFirst());
      Grant second = four.get(1);
      assertAllFail(Kind.UNSUPPORTED, enforcer().apply(GrantUpdate.adding(second)), second);
      assertThat(enforcer().grants()).containsExactly(four.getFirst());
      return;
    }
    assertThat(enforcer().replace(four).failures()).isEmpty();
    Grant fifth = Sample.web(5, now());
    assertAllFail(Kind.EXHAUSTED, enforcer().apply(GrantUpdate.adding(fifth)), fifth);
    assertThat(enforcer().grants()).containsExactlyElementsOf(four);
    add(four.get(2)); // an id in force takes its own place
    for (Grant each : four) {
      assertThat(admits(Sample.request())).as("while grant %s is left", each.id()).isTrue();
      enforcer().apply(GrantUpdate.removing(each.id()));
    }
    assertThat(admits(Sample.request())).isFalse();
  }

  @Test
  void sharedTuples_eachKeepsItsOwnExpiryLeaseAndMode() {
    if (!can(Capability.SHARED_TUPLES)) {
      return; // the refusal is tested above
    }
    Grant expired = Grant.until(Sample.id(1), Sample.CLIENT, Sample.WEB, now().minusSeconds(1));
    Grant leased = Sample.web(2, now()).withNeedsLease(true);
    add(expired, leased);
    assertThat(admits(Sample.request())).as("neither is live: no maximum of fields").isFalse();
    add(Sample.web(3, now()));
    assertThat(admits(Sample.request())).isTrue();
    enforcer().apply(GrantUpdate.removing(Sample.id(3)));
    assertThat(admits(Sample.request())).isFalse();
    enforcer().lease(java.time.Duration.ofHours(1));
    assertThat(admits(Sample.request())).isTrue();
  }
}
