package io.aegis.enforcer.xdp.internal.map;

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
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class GrantDifferenceTest {

  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

  private static Grant grant(long id) {
    return Grant.until(
        new GrantId(id),
        IpAddress.parse("10.77.0.1"),
        Target.of(IpAddress.parse("10.77.9.1"), Protocol.TCP, 443),
        NOW.plusSeconds(60));
  }

  @Test
  void between_equalSets_isNothing() {
    assertThat(GrantDifference.between(List.of(grant(1), grant(2)), List.of(grant(2), grant(1))))
        .isEqualTo(new GrantUpdate(List.of(), List.of(), List.of()));
  }

  @Test
  void between_differentSets_removesAddsAndExtends() {
    Grant shorter = grant(2).withSoftExpiry(NOW);
    Grant audited = grant(3).withMode(EnforcementMode.AUDIT);

    GrantUpdate update =
        GrantDifference.between(
            List.of(grant(1), shorter, grant(3)), List.of(grant(2), audited, grant(4)));

    assertThat(update.removes()).containsExactly(new GrantId(1));
    assertThat(update.upserts()).containsExactly(audited, grant(4));
    assertThat(update.extensions())
        .containsExactly(new Extension(new GrantId(2), NOW.plusSeconds(60)));
  }

  @Test
  void between_laterHardExpiry_isAnUpsert() {
    Grant longer =
        Grant.until(new GrantId(1), grant(1).client(), grant(1).target(), NOW.plusSeconds(61));

    assertThat(GrantDifference.between(List.of(grant(1)), List.of(longer)).upserts())
        .containsExactly(longer);
  }

  @Test
  void between_anIdTwice_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GrantDifference.between(List.of(), List.of(grant(1), grant(1))))
        .withMessageContaining("grant 1");
  }
}
