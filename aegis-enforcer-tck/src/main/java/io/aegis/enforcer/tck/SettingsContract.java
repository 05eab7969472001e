package io.aegis.enforcer.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.StaticRule;
import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.Activity;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.spi.UpdateResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@code open} with settings that fit, and with settings that do not. */
public abstract class SettingsContract extends EnforcerConcern {

  /** For subclasses. */
  protected SettingsContract() {}

  @Test
  void staticRules_areInForceFromTheStart() {
    StaticRule portal = rule(Direction.INGRESS, 8443);
    openAnew(with(interfaces(), List.of(portal), Map.of()));
    assertThat(enforcer().grants()).isEmpty();
    assertThat(admits(Sample.frame(Sample.STRANGER, Sample.SERVICE, 8443))).isTrue();
    assertThat(admits(Sample.frame(Sample.STRANGER, Sample.SERVICE, 8444))).isFalse();
  }

  @Test
  void staticRules_areNotRemovedByAnyChangeOfGrants() {
    openAnew(with(interfaces(), List.of(rule(Direction.INGRESS, 8443)), Map.of()));
    add(Sample.web(1, now()));
    assertThat(enforcer().replace(List.of()).failures()).isEmpty();
    assertThat(admits(Sample.frame(Sample.STRANGER, Sample.SERVICE, 8443))).isTrue();
  }

  @Test
  void rulesAndModes_ofALaterOpen_replaceTheEarlierOnes() {
    openAnew(with(interfaces(), List.of(rule(Direction.INGRESS, 8443)), Map.of()));
    assertThat(admits(Sample.frame(Sample.STRANGER, Sample.SERVICE, 8443))).isTrue();
    enforcer().close();
    reopen();
    assertThat(admits(Sample.frame(Sample.STRANGER, Sample.SERVICE, 8443))).isFalse();
  }

  @Test
  void egressRule_withoutEgress_isRefused() {
    EnforcerSettings settings = with(interfaces(), List.of(rule(Direction.EGRESS, 8443)), Map.of());
    enforcer().detach();
    if (can(Capability.EGRESS)) {
      fixture().open(settings).detach();
    } else {
      assertFails(Kind.UNSUPPORTED, () -> fixture().open(settings));
    }
  }

  @Test
  void egressRule_admitsNothingThatArrives() {
    if (can(Capability.EGRESS)) {
      openAnew(with(interfaces(), List.of(rule(Direction.EGRESS, 8443)), Map.of()));
    }
    assertThat(admits(Sample.frame(Sample.STRANGER, Sample.SERVICE, 8443))).isFalse();
  }

  @Test
  void audit_isAPropertyOfAnInterface_orRefused() {
    InterfaceSettings first = interfaces().getFirst();
    var audited = new InterfaceSettings(first.name(), EnforcementMode.AUDIT, false, Set.of());
    EnforcerSettings settings = with(List.of(audited, interfaces().get(1)), List.of(), Map.of());
    if (can(Capability.AUDIT)) {
      openAnew(settings);
      assertThat(admits(Sample.request())).isTrue();
      assertThat(fixture().arrive(interfaces().get(1).name(), Sample.request())).isFalse();
    } else {
      enforcer().detach();
      assertFails(Kind.UNSUPPORTED, () -> fixture().open(settings));
    }
  }

  @Test
  void clockOfTheSettings_isTheOneThatGrantsAndReceiptsMean() {
    Duration ahead = Duration.ofDays(1);
    EnforcerSettings base = fixture().settings();
    openAnew(
        new EnforcerSettings(
            base.instance(),
            base.interfaces(),
            base.staticRules(),
            base.maxGrants(),
            () -> base.clock().instant().plus(ahead),
            base.options()));
    Instant there = now().plus(ahead);
    Grant over = Sample.nth(1, now()); // in an hour here is 23 hours ago there
    Grant live = Sample.nth(2, there);
    UpdateResult result = enforcer().apply(GrantUpdate.adding(over, live));
    assertThat(result.failures()).isEmpty();
    assertThat(result.receipts())
        .allSatisfy(receipt ->
            assertThat(receipt.appliedAt())
                .isBetween(there.minusMillis(50), there.plusSeconds(60)));
    assertInForceAt(there, over, live);
    assertThat(admits(Sample.frame(Sample.nthClient(1), Sample.SERVICE, Sample.PORT))).isFalse();
    assertThat(admits(Sample.frame(Sample.nthClient(2), Sample.SERVICE, Sample.PORT))).isTrue();
    Activity activity = enforcer().activity().getOrDefault(live.id(), Activity.NONE);
    assertThat(activity.lastAdmitted())
        .hasValueSatisfying(
            at -> assertThat(at).isBetween(there.minusSeconds(2), there.plusSeconds(60)));
  }

  @Test
  void unknownOption_isNamedAndRefused() {
    EnforcerSettings settings = with(interfaces(), List.of(), Map.of("no-such-option", "1"));
    enforcer().detach();
    assertThatThrownBy(() -> fixture().open(settings))
        .isInstanceOfSatisfying(
            EnforcerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BAD_SETTINGS))
        .hasMessageContaining("no-such-option")
        .hasMessageContaining(fixture().settings().instance());
    assertThat(fixture().provider().detach(fixture().settings().instance()))
        .as("what a refused open left behind")
        .isEmpty();
  }

  @Test
  void check_ofSettingsThatOpenTakes_passesOpenOrNotAndChangesNothing() {
    add(Sample.web(1, now()));
    fixture().provider().check(fixture().settings());
    assertThat(admits(Sample.request())).isTrue();
    assertThat(admits(Sample.frame(Sample.STRANGER, Sample.SERVICE, Sample.PORT))).isFalse();
    enforcer().detach();
    fixture().provider().check(fixture().settings());
    assertThat(fixture().provider().detach(fixture().settings().instance()))
        .as("what a check left behind")
        .isEmpty();
    reopen();
  }

  @Test
  void check_ofSettingsThatOpenRefuses_passesOrRefusesTheSameWay() {
    EnforcerSettings settings = with(interfaces(), List.of(), Map.of("no-such-option", "1"));
    enforcer().detach();
    try {
      fixture().provider().check(settings);
    } catch (EnforcerException e) {
      assertThat(e.kind()).isEqualTo(Kind.BAD_SETTINGS);
      assertThat(e).hasMessageContaining("no-such-option");
    }
    assertThat(fixture().provider().detach(fixture().settings().instance()))
        .as("what a refused check left behind")
        .isEmpty();
  }

  @Test
  void refusedOpen_leavesWhatSurvivedEnforcing() {
    add(Sample.web(1, now()));
    enforcer().close();
    assertFails(
        Kind.BAD_SETTINGS,
        () -> fixture().open(with(interfaces(), List.of(), Map.of("no-such-option", "1"))));
    assertThat(admits(Sample.request())).isEqualTo(can(Capability.SURVIVES_RESTART));
    assertThat(admits(Sample.frame(Sample.STRANGER, Sample.SERVICE, Sample.PORT))).isFalse();
  }

  @Test
  void interfaceThatDoesNotFit_isNamedAndRefused() {
    String unfit = fixture().unfitInterface().orElse(null);
    if (unfit == null) {
      assertThat(fixture().capabilities())
          .as("a datapath in the kernel does not fit every name")
          .doesNotContain(Capability.KERNEL_EXPIRY);
      return;
    }
    enforcer().detach();
    EnforcerSettings settings =
        with(
            List.of(interfaces().getFirst(), InterfaceSettings.enforcing(unfit)),
            List.of(),
            Map.of());
    assertThatThrownBy(() -> fixture().open(settings))
        .isInstanceOfSatisfying(
            EnforcerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BAD_SETTINGS))
        .hasMessageContaining(unfit);
    assertThat(fixture().provider().detach(fixture().settings().instance()))
        .as("what a refused open left behind, also on the interface that fits")
        .isEmpty();
    reopen();
  }

  private EnforcerSettings with(
      List<InterfaceSettings> interfaces, List<StaticRule> rules, Map<String, String> options) {
    EnforcerSettings base = fixture().settings();
    var allOptions = new java.util.HashMap<>(base.options());
    allOptions.putAll(options);
    return new EnforcerSettings(
        base.instance(), interfaces, rules, base.maxGrants(), base.clock(), allOptions);
  }

  private static StaticRule rule(Direction direction, int port) {
    return new StaticRule(
        direction,
        Prefix.ALL_IPV4,
        Prefix.of(Sample.SERVICE),
        StaticRule.TCP,
        PortRange.ANY,
        PortRange.of(port),
        false);
  }
}
