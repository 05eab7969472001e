package io.aegis.enforcer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.StaticRule;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.EnforcerView;
import io.aegis.enforcer.spi.GrantUpdate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.ServiceLoader;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** From {@code open} to {@code close} and {@code detach}, and again. */
public abstract class LifecycleContract extends EnforcerConcern {

  /** For subclasses. */
  protected LifecycleContract() {}

  @Test
  void provider_isFoundByServiceLoaderUnderItsName() {
    EnforcerProvider provider = fixture().provider();
    assertThat(provider.name()).matches("[a-z0-9-]+");
    assertThat(ServiceLoader.load(EnforcerProvider.class))
        .filteredOn(found -> found.name().equals(provider.name()))
        .hasSize(1)
        .allSatisfy(found -> assertThat(found).hasSameClassAs(provider));
  }

  @Test
  void health_ofAFreshEnforcer_isGreen() {
    assertThat(enforcer().health().problems()).isEmpty();
  }

  @Test
  void close_twice_isHarmless() {
    enforcer().close();
    enforcer().close();
  }

  @Test
  void everything_afterClose_isRefusedAsClosed() {
    Enforcer enforcer = enforcer();
    enforcer.close();
    assertAllClosed(enforcer);
  }

  @Test
  void everything_afterDetach_isRefusedAsClosed() {
    Enforcer enforcer = enforcer();
    enforcer.detach();
    assertAllClosed(enforcer);
    enforcer.close();
  }

  private void assertAllClosed(Enforcer enforcer) {
    List<ThrowingCallable> calls =
        List.of(
            enforcer::capabilities,
            enforcer::grants,
            enforcer::activity,
            enforcer::counters,
            enforcer::health,
            enforcer::isConfirmed,
            enforcer::confirm,
            enforcer::detach,
            () -> enforcer.apply(GrantUpdate.adding(Sample.web(1, now()))),
            () -> enforcer.replace(List.of()),
            () -> enforcer.lease(Duration.ofSeconds(1)),
            () -> enforcer.events(_ -> {}),
            () -> enforcer.explain(outside(), Sample.request()));
    calls.forEach(call -> assertFails(Kind.CLOSED, call));
  }

  @Test
  void close_withoutSurvivesRestart_leavesNothingAdmitted_withIt_enforcesOn() {
    add(Sample.web(1, now()));
    assertThat(admits(Sample.request())).isTrue();
    enforcer().close();
    assertThat(admits(Sample.request())).isEqualTo(can(Capability.SURVIVES_RESTART));
    assertThat(admits(Sample.frame(Sample.STRANGER, Sample.SERVICE, Sample.PORT))).isFalse();
  }

  @Test
  void close_withoutSurvivesRestart_leavesNoStaticRuleAndNoArpAdmitted_withIt_both() {
    EnforcerSettings base = fixture().settings();
    var everything =
        new StaticRule(
            StaticRule.Direction.INGRESS,
            Prefix.ALL_IPV4,
            Prefix.ALL_IPV4,
            null,
            PortRange.ANY,
            PortRange.ANY,
            false);
    openAnew(
        new EnforcerSettings(
            base.instance(),
            base.interfaces(),
            List.of(everything),
            base.maxGrants(),
            base.clock(),
            base.options()));
    byte[] arp = FrameBuilder.ethernet().arp().bytes();
    assertThat(admits(Sample.request())).isTrue();
    assertThat(admits(arp)).isTrue();
    enforcer().close();
    assertThat(admits(Sample.request())).isEqualTo(can(Capability.SURVIVES_RESTART));
    assertThat(admits(arp)).isEqualTo(can(Capability.SURVIVES_RESTART));
  }

  @Test
  void grantsActivityAndCounters_afterReopening_surviveExactlyWhenDeclared() {
    Instant now = now();
    Grant grant = Sample.web(1, now).withIdleLimit(Duration.ofMinutes(15));
    Grant leased = Sample.nth(2, now).withNeedsLease(true);
    add(grant, leased);
    enforcer().lease(Duration.ofHours(1));
    assertThat(admits(Sample.request())).isTrue();
    var activity = enforcer().activity();
    var counters = enforcer().counters().counts();
    enforcer().close();
    reopen();
    boolean survives = can(Capability.SURVIVES_RESTART);
    assertThat(enforcer().grants()).isEqualTo(survives ? List.of(grant, leased) : List.of());
    assertThat(enforcer().activity()).isEqualTo(survives ? activity : java.util.Map.of());
    assertThat(enforcer().counters().counts())
        .containsExactlyInAnyOrderElementsOf(survives ? counters : List.of());
    assertThat(admits(Sample.request())).isEqualTo(survives);
    assertThat(admits(Sample.frame(Sample.nthClient(2), Sample.SERVICE, Sample.PORT)))
        .as("the lease runs on")
        .isEqualTo(survives);
  }

  @Test
  void reopenedEnforcer_takesChanges() {
    add(Sample.web(1, now()));
    enforcer().close();
    reopen();
    assertThat(enforcer().replace(List.of(Sample.nth(2, now()))).failures()).isEmpty();
    assertThat(enforcer().grants()).hasSize(1);
    assertThat(admits(Sample.request())).isFalse();
    assertThat(admits(Sample.frame(Sample.nthClient(2), Sample.SERVICE, Sample.PORT))).isTrue();
  }

  @Test
  void expiry_whileNobodyHasTheEnforcerOpen_isKept() {
    Grant grant = Grant.until(Sample.id(1), Sample.CLIENT, Sample.WEB, now().plusSeconds(1));
    add(grant);
    enforcer().close();
    fixture().passTime(Duration.ofMillis(1_100));
    assertThat(admits(Sample.request())).isFalse();
  }

  @Test
  void kernelExpiry_isDeclaredOnlyByWhatSurvives() {
    if (can(Capability.SURVIVES_RESTART)) {
      assertThat(fixture().capabilities())
          .as("what enforces on after its process must also end grants without it")
          .contains(Capability.KERNEL_EXPIRY);
    } else {
      assertThat(fixture().capabilities()).doesNotContain(Capability.KERNEL_EXPIRY);
    }
  }

  @Test
  void detach_takesEverythingAway() {
    add(Sample.web(1, now()));
    enforcer().detach();
    assertThat(fixture().provider().detach(fixture().settings().instance()))
        .as("what detach had left")
        .isEmpty();
    reopen();
    assertThat(enforcer().grants()).isEmpty();
    assertThat(enforcer().counters().counts()).isEmpty();
    assertThat(admits(Sample.request())).isFalse();
  }

  @Test
  void providerDetach_ofAnInstanceThatIsNotOpen_takesItAway() {
    add(Sample.web(1, now()));
    enforcer().close();
    String instance = fixture().settings().instance();
    List<String> taken = fixture().provider().detach(instance);
    assertThat(taken.isEmpty()).isEqualTo(!can(Capability.SURVIVES_RESTART));
    assertThat(fixture().provider().detach(instance)).isEmpty();
    reopen();
    assertThat(enforcer().grants()).isEmpty();
  }

  @Test
  void instanceThatIsOpen_isBusyForOthers() {
    add(Sample.web(1, now()));
    EnforcerProvider provider = fixture().provider();
    assertFails(Kind.BUSY, () -> provider.open(fixture().settings()));
    assertFails(Kind.BUSY, () -> provider.detach(fixture().settings().instance()));
    assertThat(admits(Sample.request())).as("the first goes on").isTrue();
    assertThat(enforcer().grants()).hasSize(1);
  }

  @Test
  void inspect_showsWhatIsEnforced_orSaysThatItCannot() {
    add(Sample.web(1, now()));
    assertThat(admits(Sample.request())).isTrue();
    var settings = fixture().settings();
    try (EnforcerView view = fixture().provider().inspect(settings.instance(), settings.clock())) {
      assertThat(view.grants()).isEqualTo(enforcer().grants());
      assertThat(view.activity()).isEqualTo(enforcer().activity());
      assertThat(view.counters()).isEqualTo(enforcer().counters());
      assertThat(view.health()).isEqualTo(enforcer().health());
      if (can(Capability.EXPLAIN)) {
        String on = settings.interfaces().getFirst().name();
        assertThat(view.explain(on, Sample.request()))
            .isEqualTo(enforcer().explain(on, Sample.request()));
        assertThat(view.counters()).as("nothing was counted").isEqualTo(enforcer().counters());
      }
      assertFails(
          Kind.BAD_SETTINGS, () -> fixture().provider().inspect("no-such", settings.clock()));
    } catch (EnforcerException e) {
      assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED);
      assertThat(can(Capability.SURVIVES_RESTART))
          .as("state that outlives its process can be seen from outside it")
          .isFalse();
    }
  }
}
