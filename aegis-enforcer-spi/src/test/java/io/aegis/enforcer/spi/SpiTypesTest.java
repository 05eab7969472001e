package io.aegis.enforcer.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Reason;
import io.aegis.api.Receipt;
import io.aegis.api.Receipt.Change;
import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.GrantUpdate.Extension;
import io.aegis.enforcer.spi.InterfaceSettings.LinkControl;
import io.aegis.enforcer.spi.UpdateResult.Applied;
import io.aegis.enforcer.spi.UpdateResult.Failed;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The records of the SPI cannot be wrong, and copy what they are given. */
final class SpiTypesTest {
  private static final Instant AT = Instant.parse("2030-01-01T00:00:00.123456Z");
  private static final InstantSource CLOCK = InstantSource.fixed(AT);
  private static final InterfaceSettings ETH0 = InterfaceSettings.enforcing("eth0");

  private static EnforcerSettings settings(
      String instance, List<InterfaceSettings> interfaces, int maxGrants) {
    return new EnforcerSettings(instance, interfaces, List.of(), maxGrants, CLOCK, Map.of());
  }

  private static Grant grant(long id) {
    var target = Target.of(IpAddress.parse("10.77.2.7"), Protocol.TCP, 443);
    return Grant.until(new GrantId(id), IpAddress.parse("10.77.1.5"), target, AT);
  }

  @Test
  void instanceNames() {
    for (String name : List.of("a", "0", "edge-1", "a".repeat(32))) {
      assertThat(settings(name, List.of(ETH0), 1).instance()).isEqualTo(name);
    }
    for (String name : List.of("", "-a", "A", "a_b", "a/b", "..", "a b", "ä", "a".repeat(33))) {
      assertThatIllegalArgumentException()
          .as("'%s'", name)
          .isThrownBy(() -> settings(name, List.of(ETH0), 1))
          .withMessageContaining("'" + name + "'");
    }
  }

  @Test
  void interfaceNames() {
    for (String name : List.of("e", "eth0", "br-lan.7", "enp0s31f6", "a".repeat(15))) {
      assertThat(InterfaceSettings.enforcing(name).name()).isEqualTo(name);
    }
    for (String name : List.of("", ".", "..", "a/b", "a b", "a:0", "a%b", "a".repeat(16), "\t")) {
      assertThatIllegalArgumentException()
          .as("'%s'", name)
          .isThrownBy(() -> InterfaceSettings.enforcing(name))
          .withMessageContaining("'" + name + "'");
    }
  }

  @Test
  void enforcing_isTheStrictest() {
    assertThat(ETH0.mode()).isEqualTo(EnforcementMode.ENFORCE);
    assertThat(ETH0.acceptRouters()).isFalse();
    assertThat(ETH0.linkControl()).isEmpty();
  }

  @Test
  void linkControl_hasTheEtherTypesOfItsStandards() {
    assertThat(LinkControl.LACP.etherType()).isEqualTo(0x8809);
    assertThat(LinkControl.DOT1X.etherType()).isEqualTo(0x888E);
    assertThat(LinkControl.LLDP.etherType()).isEqualTo(0x88CC);
  }

  @Test
  void settings_needAnInterface_andEachOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings("a", List.of(), 1))
        .withMessageContaining("at least one interface");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings("a", List.of(ETH0, ETH0), 1))
        .withMessageContaining("eth0");
  }

  @Test
  void settings_roomIsBounded() {
    assertThat(settings("a", List.of(ETH0), EnforcerSettings.MOST_GRANTS).maxGrants())
        .isEqualTo(4_194_304);
    for (int room : new int[] {0, -1, EnforcerSettings.MOST_GRANTS + 1}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> settings("a", List.of(ETH0), room))
          .withMessageContaining(Integer.toString(room));
    }
  }

  @Test
  void collections_areCopied() {
    var interfaces = new ArrayList<>(List.of(ETH0));
    EnforcerSettings settings = settings("a", interfaces, 1);
    interfaces.clear();
    assertThat(settings.interfaces()).containsExactly(ETH0).isUnmodifiable();
    var ids = new ArrayList<>(List.of(new GrantId(1)));
    var update = new GrantUpdate(ids, List.of(), List.of());
    ids.clear();
    assertThat(update.removes()).containsExactly(new GrantId(1)).isUnmodifiable();
    var problems = new ArrayList<>(List.of("x"));
    var health = new Health(problems);
    problems.clear();
    assertThat(health.problems()).containsExactly("x").isUnmodifiable();
  }

  @Test
  void update_namesAnIdOnce_inWhicheverList() {
    var one = new GrantId(1);
    var extension = new Extension(one, AT);
    List<org.assertj.core.api.ThrowableAssert.ThrowingCallable> mistakes =
        List.of(
            () -> new GrantUpdate(List.of(one, one), List.of(), List.of()),
            () -> new GrantUpdate(List.of(), List.of(grant(1), grant(1)), List.of()),
            () -> new GrantUpdate(List.of(), List.of(), List.of(extension, extension)),
            () -> new GrantUpdate(List.of(one), List.of(grant(1)), List.of()),
            () -> new GrantUpdate(List.of(one), List.of(), List.of(extension)),
            () -> new GrantUpdate(List.of(), List.of(grant(1)), List.of(extension)));
    mistakes.forEach(mistake ->
        assertThatThrownBy(mistake)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("grant 1 appears twice"));
    assertThat(GrantUpdate.adding(grant(1), grant(2)).upserts()).hasSize(2);
    assertThat(GrantUpdate.removing(one, new GrantId(2)).removes()).hasSize(2);
  }

  @Test
  void extension_isCutToMilliseconds_likeGrants() {
    assertThat(new Extension(new GrantId(1), AT).softExpiry())
        .isEqualTo(Instant.parse("2030-01-01T00:00:00.123Z"))
        .isEqualTo(grant(1).softExpiry());
  }

  @Test
  void result_partsAreInOrder() {
    var receipt = new Receipt(new GrantId(2), Change.UPSERTED, AT, null);
    var failed = new Failed(new GrantId(1), Kind.EXHAUSTED, "full");
    var result = new UpdateResult(List.of(failed, new Applied(receipt)));
    assertThat(result.receipts()).containsExactly(receipt);
    assertThat(result.failures()).containsExactly(failed);
    assertThat(result.outcomes())
        .extracting(UpdateResult.Outcome::grantId)
        .containsExactly(new GrantId(1), new GrantId(2));
  }

  @Test
  void counters_addUpOverInterfacesAndAudit() {
    var counters =
        new Counters(
            List.of(
                new Counters.Count("a", Reason.NO_GRANT, false, 2, 100),
                new Counters.Count("a", Reason.NO_GRANT, true, 3, 200),
                new Counters.Count("b", Reason.NO_GRANT, false, 5, 300),
                new Counters.Count("b", Reason.GRANT, false, 7, 400)));
    assertThat(counters.packets(Reason.NO_GRANT)).isEqualTo(10);
    assertThat(counters.packets(Reason.IDLE)).isZero();
  }

  @Test
  void countsAreNotNegative() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Counters.Count("a", Reason.ARP, false, -1, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Counters.Count("a", Reason.ARP, false, 0, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Activity(-1, 0, null));
    assertThatIllegalArgumentException().isThrownBy(() -> new Activity(0, -1, null));
    assertThat(Activity.NONE.lastAdmitted()).isEmpty();
    assertThat(new Activity(1, 60, AT).lastAdmitted()).contains(AT);
  }

  @Test
  void dropEvent_tellsWhatCouldBeRead() {
    var event =
        new DropEvent(
            AT, "a", Direction.INGRESS, Reason.MALFORMED, null, null, null, null, null, 0);
    assertThat(event.protocol()).isEmpty();
    var read = new DropEvent(AT, "a", Direction.EGRESS, Reason.NO_GRANT, null, null, 17, 5, 53, 9);
    assertThat(read.withUnreported(10).unreported()).isEqualTo(10);
    assertThat(read.withUnreported(9)).isEqualTo(read);
    assertThat(read.protocol()).hasValue(17);
  }

  @Test
  void health_isGreenWithoutProblems() {
    assertThat(Health.GREEN.isGreen()).isTrue();
    assertThat(new Health(List.of("no program on eth0")).isGreen()).isFalse();
  }

  @Test
  void exception_carriesKindMessageAndCause() {
    var cause = new IllegalStateException("errno 16");
    var exception = new EnforcerException(Kind.BUSY, "attaching to eth0: taken", cause);
    assertThat(exception)
        .hasMessage("attaching to eth0: taken")
        .hasCause(cause)
        .extracting(EnforcerException::kind)
        .isEqualTo(Kind.BUSY);
    assertThat(new EnforcerException(Kind.BUSY, "x")).hasNoCause();
  }

  @Test
  void inspect_unlessABackendOffersIt_isUnsupported() {
    EnforcerProvider provider = new InMemoryEnforcerProvider();
    assertThatThrownBy(() -> provider.inspect("edge", CLOCK))
        .isInstanceOfSatisfying(
            EnforcerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED))
        .hasMessageContaining("edge")
        .hasMessageContaining("memory");
  }

  @Test
  void memoryProvider_canDoNoMoreThanIsPossible() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new InMemoryEnforcerProvider(Set.of(Capability.SURVIVES_RESTART)))
        .withMessageContaining("SURVIVES_RESTART");
    assertThat(new InMemoryEnforcerProvider(Set.of(Capability.IPV6)).capabilities())
        .containsExactly(Capability.IPV6);
  }
}
