package io.aegis.enforcer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.GrantId;
import io.aegis.api.Reason;
import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.Counters.Count;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.tck.PacketCase.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an enforcer did with one frame, by everything that it says about it: whether the frame got
 * through, the one counter that moved, and what {@code explain} had said before.
 *
 * @param outcome whether it passed
 * @param reason why, by the counter; of an enforcer without {@link Capability#REASONS} {@code
 *     NO_GRANT} for every drop
 * @param grantId which grant decided, by {@code explain}; null if none did or it cannot tell
 */
record Observation(Outcome outcome, Reason reason, @Nullable GrantId grantId) {

  private record Row(String interfaceName, Direction way, Reason reason, boolean wouldDrop) {
    static Row of(Count count) {
      return new Row(count.interfaceName(), count.direction(), count.reason(), count.wouldDrop());
    }
  }

  /**
   * What an enforcer has counted, over observations in a row between which no frame goes anywhere:
   * reading it may take long.
   */
  static final class Tally {
    private final Enforcer enforcer;
    private List<Count> counts;

    Tally(Enforcer enforcer) {
      this.enforcer = enforcer;
      counts = enforcer.counters().counts();
    }
  }

  /** Lets the frame arrive, and fails where the enforcer contradicts itself. */
  static Observation of(
      EnforcerFixture fixture, Enforcer enforcer, String interfaceName, byte[] frame) {
    return of(fixture, new Tally(enforcer), Direction.INGRESS, interfaceName, frame);
  }

  /** Lets the frame go that way, and fails where the enforcer contradicts itself. */
  static Observation of(
      EnforcerFixture fixture, Tally tally, Direction way, String interfaceName, byte[] frame) {
    Enforcer enforcer = tally.enforcer;
    List<Count> before = tally.counts;
    Verdict explained = null;
    if (fixture.capabilities().contains(Capability.EXPLAIN)) {
      explained = enforcer.explain(way, interfaceName, frame);
      assertThat(enforcer.counters().counts())
          .as("explain has no side effect")
          .containsExactlyInAnyOrderElementsOf(before);
    }
    boolean admitted =
        way == Direction.INGRESS
            ? fixture.arrive(interfaceName, frame)
            : fixture.leave(interfaceName, frame);
    List<Count> after = enforcer.counters().counts();
    tally.counts = after;
    boolean knowsReasons = fixture.capabilities().contains(Capability.REASONS);
    if (!knowsReasons && !admitted && moved(before, after).isEmpty()) {
      // The system dropped it before the enforcer could see it.
      assertThat(explained == null || !explained.admitted()).as("explained otherwise").isTrue();
      return new Observation(Outcome.DROP, Reason.NO_GRANT, null);
    }
    Count moved = theOneThatMoved(before, after);
    if (!knowsReasons && !moved.reason().admits()) {
      Reason unknown = way == Direction.INGRESS ? Reason.NO_GRANT : Reason.EGRESS;
      assertThat(moved.reason()).as("claimed without REASONS").isEqualTo(unknown);
    }
    assertThat(moved.interfaceName()).isEqualTo(interfaceName);
    assertThat(moved.direction()).isEqualTo(way);
    assertThat(moved.packets()).as("packets counted for one frame").isOne();
    assertThat(moved.bytes()).as("bytes counted").isEqualTo(frame.length);
    assertThat(admitted)
        .as("a frame counted as %s got through", moved)
        .isEqualTo(moved.reason().admits() || moved.wouldDrop());
    var counted = new Verdict(admitted, moved.reason(), null);
    if (explained != null) {
      Reason reason = knowsReasons || admitted ? explained.reason() : counted.reason();
      assertThat(new Verdict(explained.admitted(), reason, null))
          .as("explain says what the datapath does")
          .isEqualTo(counted);
    }
    return new Observation(
        outcome(counted), moved.reason(), explained == null ? null : explained.grantId());
  }

  private static Outcome outcome(Verdict verdict) {
    return verdict.wouldDrop()
        ? Outcome.WOULD_DROP
        : verdict.admitted() ? Outcome.ADMIT : Outcome.DROP;
  }

  /** Fails unless it was decided like this; a drop for whatever reason where they are unknown. */
  void assertReason(EnforcerFixture fixture, Reason expected, String what) {
    assertThat(outcome == Outcome.ADMIT).as(what).isEqualTo(expected.admits());
    if (expected.admits() || fixture.capabilities().contains(Capability.REASONS)) {
      assertThat(reason).as(what).isEqualTo(expected);
    }
  }

  private static Count theOneThatMoved(List<Count> before, List<Count> after) {
    List<Count> moved = moved(before, after);
    assertThat(moved).as("counters moved by one frame").hasSize(1);
    return moved.getFirst();
  }

  private static List<Count> moved(List<Count> before, List<Count> after) {
    Map<Row, Count> earlier = before.stream().collect(Collectors.toMap(Row::of, c -> c));
    var moved = new ArrayList<Count>();
    for (Count count : after) {
      Count was = earlier.get(Row.of(count));
      long packets = was == null ? 0 : was.packets();
      long bytes = was == null ? 0 : was.bytes();
      if (count.packets() != packets || count.bytes() != bytes) {
        moved.add(
            new Count(
                count.interfaceName(),
                count.direction(),
                count.reason(),
                count.wouldDrop(),
                count.packets() - packets,
                count.bytes() - bytes));
      }
    }
    return moved;
  }
}
