package io.aegis.enforcer.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aegis.api.Grant;
import io.aegis.api.Receipt;
import io.aegis.api.Receipt.Change;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.UpdateResult;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code replace}: the same by difference. */
public abstract class ReplaceContract extends EnforcerConcern {

  /** For subclasses. */
  protected ReplaceContract() {}

  @Test
  void replace_makesTheListTheGrantsInForce() {
    Instant now = now();
    add(Sample.nth(1, now), Sample.nth(2, now));
    List<Grant> wanted = List.of(Sample.nth(3, now), Sample.nth(2, now));
    assertThat(enforcer().replace(wanted).failures()).isEmpty();
    assertThat(enforcer().grants()).containsExactly(Sample.nth(2, now), Sample.nth(3, now));
    assertThat(admits(nthFrame(1))).isFalse();
    assertThat(admits(nthFrame(2))).isTrue();
    assertThat(admits(nthFrame(3))).isTrue();
  }

  @Test
  void replace_withTheSameGrants_touchesNothing() {
    Instant now = now();
    add(Sample.nth(1, now), Sample.nth(2, now));
    assertThat(admits(nthFrame(1))).isTrue();
    var before = enforcer().activity();
    UpdateResult result = enforcer().replace(List.of(Sample.nth(2, now), Sample.nth(1, now)));
    assertThat(result.outcomes()).isEmpty();
    assertThat(enforcer().activity()).isEqualTo(before);
  }

  @Test
  void replace_whereOnlyTheSoftExpiryDiffers_extends() {
    Grant grant = Sample.web(1, now()).withSoftExpiry(now().plusSeconds(60));
    add(grant);
    Grant later = grant.withSoftExpiry(now().plusSeconds(120));
    UpdateResult result = enforcer().replace(List.of(later));
    assertThat(result.receipts()).extracting(Receipt::change).containsExactly(Change.EXTENDED);
    assertThat(enforcer().grants()).containsExactly(later);
  }

  @Test
  void replace_whereAnythingElseDiffers_upserts() {
    Grant grant = Sample.web(1, now());
    add(grant);
    Grant other =
        Grant.until(grant.id(), grant.client(), grant.target(), grant.hardExpiry().plusSeconds(1));
    UpdateResult result = enforcer().replace(List.of(other));
    assertThat(result.receipts()).extracting(Receipt::change).containsExactly(Change.UPSERTED);
    assertThat(enforcer().grants()).containsExactly(other);
  }

  @Test
  void replace_withNothing_removesAll() {
    add(Sample.web(1, now()), Sample.nth(2, now()));
    UpdateResult result = enforcer().replace(List.of());
    assertThat(result.receipts())
        .extracting(Receipt::change)
        .containsExactly(Change.REMOVED, Change.REMOVED);
    assertThat(enforcer().grants()).isEmpty();
    assertThat(admits(Sample.request())).isFalse();
  }

  @Test
  void replace_removesBeforeItAdds() {
    Instant now = now();
    int room = fixture().settings().maxGrants();
    var all = new java.util.ArrayList<Grant>();
    for (int n = 1; n <= room; n++) {
      all.add(Sample.nth(n, now));
    }
    assertThat(enforcer().replace(all).failures()).isEmpty();
    all.removeFirst();
    all.add(Sample.nth(room + 1L, now));
    UpdateResult result = enforcer().replace(all);
    assertThat(result.failures()).as("the removal made room").isEmpty();
    assertThat(result.receipts())
        .extracting(Receipt::change)
        .containsExactly(Change.REMOVED, Change.UPSERTED);
  }

  @Test
  void replace_withAnIdTwice_changesNothing() {
    Grant grant = Sample.web(1, now());
    add(grant);
    List<Grant> twice = List.of(Sample.nth(2, now()), Sample.nth(2, now()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> enforcer().replace(twice))
        .withMessageContaining("2");
    assertThat(enforcer().grants()).containsExactly(grant);
  }

  @Test
  void replace_afterARemoval_isComparedWithWhatIsInForce() {
    Instant now = now();
    assertThat(enforcer().replace(List.of(Sample.web(1, now))).failures()).isEmpty();
    enforcer().apply(GrantUpdate.removing(Sample.id(1)));
    assertThat(enforcer().replace(List.of(Sample.web(1, now))).receipts()).hasSize(1);
    assertThat(admits(Sample.request())).isTrue();
  }

  @Test
  void replace_ofAGrantWhoseSoftExpiryPassed_opensItAgain() {
    Instant now = now();
    Grant grant = Sample.web(1, now);
    add(grant.withSoftExpiry(now.minusSeconds(1)));
    assertThat(admits(Sample.request())).isFalse();
    assertThat(enforcer().replace(List.of(grant)).failures()).isEmpty();
    assertThat(admits(Sample.request())).isTrue();
    assertThat(enforcer().grants()).containsExactly(grant);
  }

  private static byte[] nthFrame(long n) {
    return Sample.frame(Sample.nthClient(n), Sample.SERVICE, Sample.PORT);
  }
}
