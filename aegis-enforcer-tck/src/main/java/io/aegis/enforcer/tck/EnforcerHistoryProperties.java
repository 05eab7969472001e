package io.aegis.enforcer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.Activity;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.GrantUpdate.Extension;
import io.aegis.enforcer.spi.UpdateResult;
import io.aegis.enforcer.spi.UpdateResult.Outcome;
import io.aegis.enforcer.tck.HistoryStep.Apply;
import io.aegis.enforcer.tck.HistoryStep.Lease;
import io.aegis.enforcer.tck.HistoryStep.Parcel;
import io.aegis.enforcer.tck.HistoryStep.Pass;
import io.aegis.enforcer.tck.HistoryStep.Reopen;
import io.aegis.enforcer.tck.HistoryStep.Replace;
import io.aegis.enforcer.tck.HistoryStep.Reply;
import io.aegis.enforcer.tck.HistoryStep.Send;
import io.aegis.enforcer.tck.HistoryStep.Wish;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.jspecify.annotations.Nullable;

/**
 * Random histories of apply, replace, lease, frames, time and reopening, against a plain model. A
 * backend extends this beside {@link EnforcerContract}. One fixture serves all histories; each
 * begins with the grants of the one before being replaced by none.
 */
public abstract class EnforcerHistoryProperties {
  private @Nullable EnforcerFixture fixture;
  private @Nullable Enforcer enforcer;
  private GrantModel model = new GrantModel(Set.of(), 0);

  /** For subclasses. */
  protected EnforcerHistoryProperties() {}

  /**
   * Makes a fixture.
   *
   * @return a new one; the kit closes it
   */
  protected abstract EnforcerFixture newFixture();

  /** Opens the fixture and an enforcer with little room. */
  @BeforeProperty
  protected final void openFixture() {
    fixture = newFixture();
    enforcer = fixture().open(settings());
  }

  /** Takes both away again. */
  @AfterProperty
  protected final void closeFixture() {
    fixture().close();
  }

  private EnforcerFixture fixture() {
    return Objects.requireNonNull(fixture);
  }

  private Enforcer enforcer() {
    return Objects.requireNonNull(enforcer);
  }

  private Instant now() {
    return fixture().settings().clock().instant();
  }

  private EnforcerSettings settings() {
    EnforcerSettings base = fixture().settings();
    return new EnforcerSettings(
        base.instance(),
        base.interfaces(),
        base.staticRules(),
        Histories.ROOM,
        base.clock(),
        base.options());
  }

  @Provide
  Arbitrary<List<HistoryStep>> histories() {
    return Histories.of(fixture().isTimeSimulated());
  }

  @Property(tries = 100)
  void everyHistory_leavesWhatTheModelSays(@ForAll("histories") List<HistoryStep> history) {
    assertThat(enforcer().replace(List.of()).failures()).isEmpty();
    enforcer().lease(java.time.Duration.ZERO);
    model = new GrantModel(fixture().capabilities(), Histories.ROOM);
    for (HistoryStep step : history) {
      take(step);
      model.assertInForce(enforcer().grants(), now());
      assertThat(enforcer().activity().keySet())
          .as("ids of activity() after %s", step)
          .containsExactlyInAnyOrderElementsOf(model.grants().stream().map(Grant::id).toList());
    }
    Histories.parcels().forEach(this::send);
    Histories.parcels().forEach(this::reply);
  }

  private void take(HistoryStep step) {
    switch (step) {
      case Apply apply -> apply(apply);
      case Replace(List<Wish> wishes) -> replace(wishes);
      case Send(Parcel parcel) -> send(parcel);
      case Reply(Parcel parcel) -> reply(parcel);
      case Pass(var duration) -> fixture().passTime(duration);
      case Lease(var duration) -> {
        enforcer().lease(duration);
        model.lease(now().plus(duration));
      }
      case Reopen _ -> reopen();
    }
  }

  private void apply(Apply step) {
    Instant now = now();
    var update =
        new GrantUpdate(
            step.removes().stream().map(GrantId::new).toList(),
            step.upserts().stream().map(wish -> wish.at(now)).toList(),
            step.extensions().stream()
                .map(each -> new Extension(new GrantId(each.id()), now.plus(each.soft())))
                .toList());
    UpdateResult result = enforcer().apply(update);
    assertThat(result.outcomes())
        .hasSize(update.removes().size() + update.upserts().size() + update.extensions().size());
    Map<GrantId, Outcome> outcomes = byId(result);
    update.removes().forEach(model::removed);
    update.upserts().forEach(each -> model.upserted(each, now, outcome(outcomes, each.id())));
    update
        .extensions()
        .forEach(each ->
            model.extended(each.id(), each.softExpiry(), now, outcome(outcomes, each.id())));
  }

  private void replace(List<Wish> wishes) {
    Instant now = now();
    List<Grant> wanted = wishes.stream().map(wish -> wish.at(now)).toList();
    model.replaced(wanted, now, byId(enforcer().replace(wanted)));
  }

  private static Map<GrantId, Outcome> byId(UpdateResult result) {
    return result.outcomes().stream()
        .collect(Collectors.toMap(Outcome::grantId, outcome -> outcome));
  }

  private static Outcome outcome(Map<GrantId, Outcome> outcomes, GrantId id) {
    return Objects.requireNonNull(outcomes.get(id), () -> "no outcome for grant " + id);
  }

  private void reply(Parcel parcel) {
    if (!fixture().capabilities().contains(Capability.EGRESS)) {
      return;
    }
    String outside = fixture().settings().interfaces().getFirst().name();
    List<GrantId> admitting = model.admitting(parcel, now());
    GrantId by =
        fixture().capabilities().contains(Capability.EXPLAIN)
            ? enforcer().explain(Direction.EGRESS, outside, parcel.reply()).grantId()
            : null;
    assertThat(fixture().leave(outside, parcel.reply()))
        .as("reply to %s, live grants %s", parcel, admitting)
        .isEqualTo(!admitting.isEmpty());
    model.replied(by == null && admitting.size() == 1 ? admitting.getFirst() : by, now());
  }

  private void send(Parcel parcel) {
    Map<GrantId, Activity> before = enforcer().activity();
    List<GrantId> admitting = model.admitting(parcel, now());
    boolean admitted =
        fixture().arrive(fixture().settings().interfaces().getFirst().name(), parcel.bytes());
    assertThat(admitted)
        .as("%s, live grants %s", parcel, admitting)
        .isEqualTo(!admitting.isEmpty());
    List<GrantId> charged =
        enforcer().activity().entrySet().stream()
            .filter(each -> each.getValue().packets() != packets(before.get(each.getKey())))
            .map(Map.Entry::getKey)
            .toList();
    assertThat(charged).as("grants charged for %s", parcel).hasSize(admitted ? 1 : 0);
    assertThat(admitting).containsAll(charged);
    charged.forEach(id -> model.passed(id, now()));
  }

  private static long packets(@Nullable Activity activity) {
    return activity == null ? 0 : activity.packets();
  }

  private void reopen() {
    enforcer().close();
    enforcer = fixture().open(settings());
    if (!fixture().capabilities().contains(Capability.SURVIVES_RESTART)) {
      model.clear();
    }
  }
}
