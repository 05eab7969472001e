package io.aegis.enforcer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.UpdateResult;
import io.aegis.enforcer.spi.UpdateResult.Failed;
import io.aegis.enforcer.tck.Observation.Tally;
import io.aegis.enforcer.tck.PacketCase.Expected;
import io.aegis.enforcer.tck.PacketCase.Outcome;
import io.aegis.enforcer.tck.PacketCase.Scene;
import io.aegis.enforcer.tck.PacketCase.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The verdict table: each case of the corpus, by what gets through, what is counted and explained.
 */
public abstract class VerdictContract extends EnforcerConcern {
  private @Nullable EnforcerSettings opened;

  /** For subclasses. */
  protected VerdictContract() {}

  /**
   * Returns the cases to run. A backend may add its own to {@link Corpus#standard()}.
   *
   * @return cases
   */
  protected List<PacketCase> cases() {
    return Corpus.standard();
  }

  @TestFactory
  List<DynamicTest> everyCaseOfTheCorpus() {
    // Cases with the same settings one after the other: opening an enforcer may take long.
    var bySettings = new LinkedHashMap<EnforcerSettings, List<PacketCase>>();
    for (PacketCase each : cases()) {
      bySettings
          .computeIfAbsent(each.scene().settings(fixture().settings()), _ -> new ArrayList<>())
          .add(each);
    }
    return bySettings.values().stream()
        .flatMap(List::stream)
        .map(each -> DynamicTest.dynamicTest(each.toString(), () -> check(each)))
        .toList();
  }

  private void check(PacketCase each) {
    Optional<Set<Grant>> refused = setUp(each.scene());
    if (refused.isEmpty()) {
      return; // the settings were refused, as they had to be
    }
    var tally = new Tally(enforcer());
    for (Step step : each.steps()) {
      if (step.way() == Direction.EGRESS && !can(Capability.EGRESS)) {
        continue; // nobody looks at it, nor says so: CapabilityContract
      }
      byte[] frame = FrameText.parse(step.frameText()).bytes();
      Observation seen = Observation.of(fixture(), tally, step.way(), outside(), frame);
      Expected expected = expected(step.expected(), refused.get());
      assertThat(seen.outcome()).as(step.frameText() + " " + seen).isEqualTo(expected.outcome());
      if (expected.reason() != null && (expected.reason().admits() || can(Capability.REASONS))) {
        assertThat(seen.reason()).as(step.frameText()).isEqualTo(expected.reason());
      }
      if (seen.grantId() != null) {
        assertThat(expected.grants()).as(step.frameText()).contains(seen.grantId());
      }
    }
  }

  /** Without the grant that was to decide, the frame is dropped, for whatever reason. */
  private Expected expected(Expected written, Set<Grant> refused) {
    Expected here = written.on(fixture().capabilities());
    boolean byMissingGrant =
        here.equals(written)
            && refused.stream().map(Grant::id).anyMatch(written.grants()::contains);
    Outcome outcome = written.outcome() == Outcome.WOULD_DROP ? Outcome.WOULD_DROP : Outcome.DROP;
    return byMissingGrant ? new Expected(outcome, null, Set.of(), List.of()) : here;
  }

  /** Puts the scene in force. Returns the grants that were refused; empty if the settings were. */
  private Optional<Set<Grant>> setUp(Scene scene) {
    EnforcerSettings settings = scene.settings(fixture().settings());
    boolean needsEgress =
        scene.staticRules().stream().anyMatch(rule -> rule.direction() == Direction.EGRESS);
    if ((scene.mode() == io.aegis.api.EnforcementMode.AUDIT && !can(Capability.AUDIT))
        || (needsEgress && !can(Capability.EGRESS))) {
      enforcer().detach();
      assertFails(Kind.UNSUPPORTED, () -> fixture().open(settings));
      openFixtureSettings();
      return Optional.empty();
    }
    if (!settings.equals(opened)) {
      openAnew(settings);
      opened = settings;
    }
    List<Grant> grants = scene.grantsAt(now());
    // A failed item would leave the grant of that id as the case before had it.
    assertThat(enforcer().replace(List.of()).failures()).isEmpty();
    UpdateResult result = enforcer().replace(grants);
    Duration lease = scene.lease();
    enforcer().lease(lease == null ? Duration.ZERO : lease);
    if (scene.age().isPositive()) {
      fixture().passTime(scene.age());
    }
    return Optional.of(checkRefused(grants, result));
  }

  private void openFixtureSettings() {
    reopen();
    opened = fixture().settings();
  }

  private Set<Grant> checkRefused(List<Grant> grants, UpdateResult result) {
    Set<Grant> refused = Needs.refusedOf(grants, fixture().capabilities());
    assertThat(result.failures())
        .extracting(Failed::grantId, Failed::kind)
        .containsExactlyInAnyOrderElementsOf(
            refused.stream()
                .map(grant -> org.assertj.core.groups.Tuple.tuple(grant.id(), Kind.UNSUPPORTED))
                .toList());
    assertInForce(
        grants.stream()
            .filter(grant -> !refused.contains(grant))
            .sorted(Comparator.comparing(Grant::id))
            .toArray(Grant[]::new));
    return refused;
  }
}
