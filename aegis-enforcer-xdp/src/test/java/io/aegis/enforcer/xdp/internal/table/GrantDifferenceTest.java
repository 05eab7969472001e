package io.aegis.enforcer.xdp.internal.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.GrantUpdate.Extension;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class GrantDifferenceTest {

  private static final Instant LATER = HeapTable.NOW.plusSeconds(60);
  private static final GrantDifference NOTHING =
      new GrantDifference(List.of(), List.of(), List.of());

  private final GrantTable table = new HeapTable(TableShape.of(64)).open(64);

  private static Grant grant(long id) {
    return Grant.until(
        new GrantId(id),
        IpAddress.parse("10.77.0.1"),
        Target.of(IpAddress.parse("10.77.9.1"), Protocol.TCP, 443),
        LATER);
  }

  private GrantDifference between(List<Grant> inForce, Grant... wanted) throws Exception {
    assertThat(table.apply(new GrantUpdate(List.of(), inForce, List.of())).failures()).isEmpty();
    return GrantDifference.between(table, List.of(wanted));
  }

  @Test
  void between_equalSets_isNothing() throws Exception {
    assertThat(between(List.of(grant(1), grant(2)), grant(2), grant(1))).isEqualTo(NOTHING);
  }

  @Test
  void between_differentSets_removesAddsAndExtends() throws Exception {
    Grant shorter = grant(2).withSoftExpiry(HeapTable.NOW);
    Grant audited = grant(3).withMode(EnforcementMode.AUDIT);

    assertThat(between(List.of(grant(1), shorter, grant(3)), grant(2), audited, grant(4)))
        .isEqualTo(
            new GrantDifference(
                List.of(new GrantId(1)),
                List.of(audited, grant(4)),
                List.of(new Extension(new GrantId(2), LATER))));
  }

  @Test
  void between_grantsThatDifferInOneThing_isAnUpsert() throws Exception {
    Target other = Target.of(IpAddress.parse("10.77.9.1"), Protocol.TCP, 444);
    GrantId one = new GrantId(1);
    for (Grant changed :
        List.of(
            Grant.until(one, grant(1).client(), grant(1).target(), LATER.plusSeconds(1)),
            Grant.until(one, grant(1).client(), other, LATER),
            Grant.until(one, IpAddress.parse("10.77.0.2"), grant(1).target(), LATER),
            grant(1).withIdleLimit(Duration.ofSeconds(2)),
            grant(1).withNeedsLease(true),
            grant(1).withMode(EnforcementMode.AUDIT))) {
      assertThat(between(List.of(grant(1)), changed).upserts()).containsExactly(changed);
    }
  }

  @Test
  void between_anIdTwice_isRefused_whetherInForceOrNew() throws Exception {
    for (long id : new long[] {1, 2}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> between(List.of(grant(1)), grant(id), grant(id)))
          .withMessageContaining("grant " + id + " appears twice");
    }
  }
}
