package io.aegis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class StateDigestProperties {

  private static StateDigest sum(List<Grant> grants) {
    return grants.stream()
        .map(grant -> StateDigest.of(grant, 1))
        .reduce(StateDigest.EMPTY, StateDigest::plus);
  }

  @Property
  void digest_inAnyOrder_isTheSame(@ForAll("grants") List<Grant> grants, @ForAll Random random) {
    var shuffled = new ArrayList<>(grants);
    Collections.shuffle(shuffled, random);
    assertThat(sum(shuffled)).isEqualTo(sum(grants));
  }

  @Property
  void digest_addedAndTakenAway_isAsBefore(
      @ForAll("grants") List<Grant> grants, @ForAll("grant") Grant one) {
    StateDigest item = StateDigest.of(one, 3);
    assertThat(sum(grants).plus(item).minus(item)).isEqualTo(sum(grants));
    assertThat(StateDigest.of(item.bytes())).isEqualTo(item);
  }

  @Property
  void digest_softExpiryMoved_isTheSame(@ForAll("grant") Grant grant) {
    Grant extended = grant.withSoftExpiry(grant.hardExpiry());
    assertThat(StateDigest.of(extended, 1)).isEqualTo(StateDigest.of(grant, 1));
  }

  @Property
  void digest_anythingElseChanged_isAnother(@ForAll("grant") Grant grant) {
    StateDigest digest = StateDigest.of(grant, 1);
    Grant later =
        new Grant(
            grant.id(),
            grant.client(),
            grant.target(),
            grant.hardExpiry().plusMillis(1),
            grant.softExpiry(),
            grant.idle(),
            grant.mode(),
            grant.needsLease());
    assertThat(StateDigest.of(grant, 2)).isNotEqualTo(digest);
    assertThat(StateDigest.of(later, 1)).isNotEqualTo(digest);
    assertThat(StateDigest.of(grant.withNeedsLease(!grant.needsLease()), 1)).isNotEqualTo(digest);
  }

  @Provide
  Arbitrary<Grant> grant() {
    return Grants.grants();
  }

  @Provide
  Arbitrary<List<Grant>> grants() {
    return Grants.grants().list().ofMaxSize(8);
  }
}
