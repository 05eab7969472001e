package io.aegis.enforcer.tck;

import static java.util.Objects.requireNonNull;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.Reason;
import io.aegis.api.StaticRule;
import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.spi.InterfaceSettings.LinkControl;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A sentence of the verdict table, as data: what is in force, and what becomes of frames.
 *
 * @param sentence what the case shows
 * @param line where it stands in its corpus
 * @param scene what is in force
 * @param steps the frames, in order
 */
public record PacketCase(String sentence, int line, Scene scene, List<Step> steps) {

  /** What became of a frame. */
  public enum Outcome {
    /** It passed, and for a reason to admit. */
    ADMIT,
    /** It did not pass. */
    DROP,
    /** It passed, but only because the interface is in audit mode. */
    WOULD_DROP
  }

  /**
   * What is in force when the frames arrive.
   *
   * @param mode the mode of the interface
   * @param acceptRouters whether it accepts router advertisements
   * @param linkControl which link control it admits
   * @param staticRules the gateway's own rules
   * @param grants the grants in force at a given time
   * @param lease the lease that runs, or null for none
   * @param age how long all of it has been in force
   */
  public record Scene(
      EnforcementMode mode,
      boolean acceptRouters,
      Set<LinkControl> linkControl,
      List<StaticRule> staticRules,
      List<Function<Instant, Grant>> grants,
      @Nullable Duration lease,
      Duration age) {

    /** Makes a scene. */
    public Scene {
      requireNonNull(mode, "mode");
      requireNonNull(age, "age");
      linkControl = Set.copyOf(linkControl);
      staticRules = List.copyOf(staticRules);
      grants = List.copyOf(grants);
    }

    /** These settings with the scene's rules, and with its mode on the first interface. */
    EnforcerSettings settings(EnforcerSettings base) {
      String name = base.interfaces().getFirst().name();
      var first = new InterfaceSettings(name, mode, acceptRouters, linkControl);
      var rest = base.interfaces().stream().skip(1);
      return new EnforcerSettings(
          base.instance(),
          java.util.stream.Stream.concat(java.util.stream.Stream.of(first), rest).toList(),
          staticRules,
          base.maxGrants(),
          base.clock(),
          base.options());
    }

    List<Grant> grantsAt(Instant now) {
      return grants.stream().map(grant -> grant.apply(now)).toList();
    }
  }

  /**
   * A frame and what becomes of it.
   *
   * @param way which way it goes through the interface
   * @param frameText the frame as {@link FrameText} reads it
   * @param expected what becomes of it
   */
  public record Step(Direction way, String frameText, Expected expected) {
    /** Makes a step. */
    public Step {
      requireNonNull(way, "way");
      requireNonNull(frameText, "frameText");
      requireNonNull(expected, "expected");
    }
  }

  /** Whether a frame leaves, or a rule is about frames that do. */
  boolean needsEgress() {
    return steps.stream().anyMatch(step -> step.way() == Direction.EGRESS)
        || scene.staticRules().stream().anyMatch(rule -> rule.direction() == Direction.EGRESS);
  }

  /**
   * What becomes of a frame.
   *
   * @param outcome whether it passes
   * @param reason why; null when several reasons would do
   * @param grants the grants one of which decides; empty when none does
   * @param without what becomes of it on a backend that lacks a capability, where that differs; the
   *     first that applies
   */
  public record Expected(
      Outcome outcome, @Nullable Reason reason, Set<GrantId> grants, List<Without> without) {
    /** Makes an expectation. */
    public Expected {
      requireNonNull(outcome, "outcome");
      grants = Set.copyOf(grants);
      without = List.copyOf(without);
    }

    Expected on(Set<Capability> capabilities) {
      return without.stream()
          .filter(other -> !capabilities.contains(other.capability()))
          .map(Without::expected)
          .findFirst()
          .orElse(this);
    }
  }

  /**
   * What becomes of a frame on a backend that lacks a capability.
   *
   * @param capability what it lacks
   * @param expected what becomes of the frame there
   */
  public record Without(Capability capability, Expected expected) {
    /** Makes an expectation. */
    public Without {
      requireNonNull(capability, "capability");
      requireNonNull(expected, "expected");
    }
  }

  /** Makes a case. */
  public PacketCase {
    requireNonNull(sentence, "sentence");
    requireNonNull(scene, "scene");
    steps = List.copyOf(steps);
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("a case has a frame: " + sentence);
    }
  }

  @Override
  public String toString() {
    return "line " + line + ": " + sentence;
  }
}
