package io.aegis.enforcer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.Activity;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.UpdateResult;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Prefixes and port ranges: grants over the same packet live apart, whichever way they name it.
 * Where they are undeclared, that each is refused is tested with the capabilities.
 */
public abstract class WideContract extends EnforcerConcern {
  private static final Prefix SUBNET = Prefix.parse("10.77.2.0/24");
  private static final Target SUBNET_ANY = new Target(SUBNET, Protocol.TCP, PortRange.ANY);
  private static final Target NET =
      new Target(Prefix.parse("10.77.0.0/16"), Protocol.TCP, new PortRange(400, 500));

  /** For subclasses. */
  protected WideContract() {}

  private boolean isWide() {
    return can(Capability.PREFIX_TARGETS) && can(Capability.PORT_RANGES);
  }

  private void remove(long id) {
    assertThat(enforcer().apply(GrantUpdate.removing(Sample.id(id))).failures()).isEmpty();
  }

  private long packets(long id) {
    return enforcer().activity().getOrDefault(Sample.id(id), Activity.NONE).packets();
  }

  @Test
  void grantsOverOnePacket_areEachRemovedByTheirId() {
    if (!isWide()) {
      return;
    }
    List<Target> targets = List.of(Sample.WEB, Sample.SUBNET, SUBNET_ANY, NET, Sample.ANY_PORT);
    for (int removedLast = 0; removedLast < targets.size(); removedLast++) {
      for (int i = 0; i < targets.size(); i++) {
        add(Sample.to(targets.get(i), i + 1, now()));
      }
      for (int i = 0; i < targets.size(); i++) {
        if (i != removedLast) {
          remove(i + 1);
          assertThat(admits(Sample.request())).as("after %s", targets.get(i)).isTrue();
        }
      }
      assertThat(enforcer().grants()).hasSize(1);
      remove(removedLast + 1);
      assertThat(admits(Sample.request())).as("without %s", targets.get(removedLast)).isFalse();
    }
  }

  @Test
  void grantsOverOnePacket_keepTheirOwnExpiryAndLease() {
    if (!isWide()) {
      return;
    }
    Grant expired = Grant.until(Sample.id(1), Sample.CLIENT, Sample.WEB, now().minusSeconds(1));
    Grant wideExpired = Grant.until(Sample.id(2), Sample.CLIENT, NET, now().minusSeconds(1));
    add(expired, wideExpired, Sample.to(SUBNET_ANY, 3, now()).withNeedsLease(true));
    assertThat(admits(Sample.request())).as("none is live: no maximum of fields").isFalse();
    enforcer().lease(Duration.ofHours(1));
    assertThat(admits(Sample.request())).isTrue();
    remove(3);
    assertThat(admits(Sample.request())).isFalse();
  }

  @Test
  void wideGrant_endsAtItsExpiry() {
    if (!isWide()) {
      return;
    }
    add(Grant.until(Sample.id(1), Sample.CLIENT, SUBNET_ANY, now().plusMillis(1_500)));
    assertThat(admits(Sample.request())).isTrue();
    fixture().passTime(Duration.ofMillis(1_600));
    assertThat(admits(Sample.request())).isFalse();
  }

  @Test
  void wideGrant_endsWhenItIsIdle() {
    if (!isWide()) {
      return;
    }
    add(Sample.to(SUBNET_ANY, 1, now()).withIdleLimit(Duration.ofSeconds(2)));
    fixture().passTime(Duration.ofMillis(2_100));
    assertThat(admits(Sample.request())).isFalse();
  }

  @Test
  void activity_isThatOfTheGrantThatAdmitted() {
    if (!isWide()) {
      return;
    }
    add(Sample.to(SUBNET_ANY, 1, now()), Sample.to(Sample.WEB, 2, now()));
    assertThat(admits(Sample.request())).isTrue();
    assertThat(packets(1) + packets(2)).isEqualTo(1);
    long before = packets(1);
    remove(2);
    assertThat(admits(Sample.request())).isTrue();
    assertThat(packets(1)).isEqualTo(before + 1);
  }

  @Test
  void fourOfOneWideTarget_liveApart_andAFifthIsExhausted() {
    if (!isWide() || !can(Capability.SHARED_TUPLES)) {
      return;
    }
    List<Grant> four =
        IntStream.rangeClosed(1, 4).mapToObj(id -> Sample.to(SUBNET_ANY, id, now())).toList();
    assertThat(enforcer().replace(four).failures()).isEmpty();
    Grant fifth = Sample.to(SUBNET_ANY, 5, now());
    assertAllFail(Kind.EXHAUSTED, enforcer().apply(GrantUpdate.adding(fifth)), fifth);
    assertThat(enforcer().grants()).containsExactlyElementsOf(four);
    for (Grant each : four) {
      assertThat(admits(Sample.request())).as("while grant %s is left", each.id()).isTrue();
      remove(each.id().value());
    }
    assertThat(admits(Sample.request())).isFalse();
  }

  @Test
  void manyPortsOfOnePrefix_areAllOpen() {
    if (!isWide()) {
      return;
    }
    List<Grant> ports =
        IntStream.rangeClosed(1, 20)
            .mapToObj(id -> new Target(SUBNET, Protocol.TCP, PortRange.of(1_000 + 2 * id)))
            .map(target -> Sample.to(target, target.ports().first() - 1_000, now()))
            .toList();
    UpdateResult result = enforcer().replace(ports);
    assertThat(result.failures()).isEmpty();
    for (int port = 1_001; port <= 1_042; port++) {
      boolean isOpen = port % 2 == 0 && port <= 1_040;
      assertThat(admits(Sample.frame(Sample.CLIENT, Sample.SERVICE, port)))
          .as("port %s", port)
          .isEqualTo(isOpen);
    }
  }

  @Test
  void wideGrant_thatBecomesAnother_isAtItsOldPlaceNoLonger() {
    if (!isWide()) {
      return;
    }
    for (Target target :
        List.of(SUBNET_ANY, Sample.WEB, NET, new Target(SUBNET, Protocol.TCP, PortRange.of(80)))) {
      add(Sample.to(target, 1, now()));
      assertThat(enforcer().grants()).extracting(Grant::id).containsExactly(new GrantId(1));
      assertThat(admits(Sample.request()))
          .as("%s", target)
          .isEqualTo(target.ports().contains(Sample.PORT));
      assertThat(admits(Sample.frame(Sample.CLIENT, Sample.SERVICE, 80)))
          .as("%s", target)
          .isEqualTo(target.ports().contains(80));
    }
  }
}
