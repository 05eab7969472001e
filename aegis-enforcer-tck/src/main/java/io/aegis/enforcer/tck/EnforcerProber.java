package io.aegis.enforcer.tck;

import static java.util.Objects.requireNonNull;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.Counters;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.tck.PacketCase.Scene;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks an enforcer by {@code explain}, where it can, and by frames that arrive, where they do. It
 * is opened anew only for other settings.
 */
final class EnforcerProber implements FrameProber {
  private final Means means;
  private final int longest;
  private final BiPredicate<Direction, byte[]> mayBeStricter;
  private @Nullable Enforcer enforcer;
  private @Nullable EnforcerSettings opened;

  /**
   * What it takes.
   *
   * @param base settings of a scene without anything
   * @param open opens an enforcer; the one before was detached
   * @param traffic lets a frame arrive on the first interface, or leave; null where none can
   * @param passTime lets time pass
   */
  record Means(
      EnforcerSettings base,
      Function<EnforcerSettings, Enforcer> open,
      @Nullable BiPredicate<Direction, byte[]> traffic,
      Consumer<Duration> passTime) {}

  /** Opens the base settings. */
  EnforcerProber(Means means, int longest) {
    this(means, longest, (_, _) -> false);
  }

  private EnforcerProber(Means means, int longest, BiPredicate<Direction, byte[]> mayBeStricter) {
    this.means = means;
    this.longest = longest;
    this.mayBeStricter = mayBeStricter;
    openAnew(means.base);
  }

  /** Over the enforcer of a fixture; the fixture closes it. */
  static EnforcerProber of(
      EnforcerFixture fixture, int longest, BiPredicate<Direction, byte[]> mayBeStricter) {
    EnforcerSettings base = fixture.settings();
    String first = base.interfaces().getFirst().name();
    BiPredicate<Direction, byte[]> traffic =
        (way, frame) ->
            way == Direction.INGRESS ? fixture.arrive(first, frame) : fixture.leave(first, frame);
    var means = new Means(base, fixture::open, traffic, fixture::passTime);
    return new EnforcerProber(means, longest, mayBeStricter);
  }

  private Enforcer openAnew(EnforcerSettings settings) {
    if (enforcer != null) {
      enforcer.detach();
      enforcer = null;
    }
    Enforcer next = means.open.apply(settings);
    enforcer = next;
    opened = settings;
    return next;
  }

  private Enforcer enforcer() {
    return requireNonNull(enforcer, "opening it has failed");
  }

  @Override
  public Set<Capability> capabilities() {
    return enforcer().capabilities();
  }

  @Override
  public Set<GrantId> arrange(Scene scene) {
    EnforcerSettings settings = scene.settings(means.base);
    Enforcer arranged = settings.equals(opened) ? enforcer() : openAnew(settings);
    arranged.replace(List.of()); // else older forms would still hold their tuples
    arranged.replace(scene.grantsAt(means.base.clock().instant()));
    Duration lease = scene.lease();
    arranged.lease(lease == null ? Duration.ZERO : lease);
    if (scene.age().isPositive()) {
      means.passTime.accept(scene.age());
    }
    return arranged.grants().stream().map(Grant::id).collect(Collectors.toSet());
  }

  @Override
  public Answer probe(Direction way, byte[] frame) {
    Verdict explained =
        capabilities().contains(Capability.EXPLAIN)
            ? enforcer().explain(way, means.base.interfaces().getFirst().name(), frame)
            : null;
    return new Answer(explained, means.traffic == null ? null : means.traffic.test(way, frame));
  }

  @Override
  public Optional<Counters> counters() {
    return means.traffic == null || !capabilities().contains(Capability.REASONS)
        ? Optional.empty()
        : Optional.of(enforcer().counters());
  }

  @Override
  public boolean mayBeStricter(Direction way, byte[] frame) {
    return mayBeStricter.test(way, frame);
  }

  @Override
  public int longestFrame() {
    return longest;
  }

  /** Takes the enforcer and what it enforces away. */
  void detach() {
    if (enforcer != null) {
      enforcer.detach();
      enforcer = null;
    }
  }
}
