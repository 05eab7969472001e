package io.aegis.enforcer.tck;

import io.aegis.api.GrantId;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.tck.Comparison.Difference;
import io.aegis.enforcer.tck.PacketCase.Scene;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Holds a datapath to the reference enforcer: generated grants, rules and frames, and each verdict,
 * reason and counter the same on both sides. The cases follow from a seed; one in which they
 * disagree is shrunk and written down as an entry of a {@link Corpus}. For one thread.
 */
public final class Differential {
  /** Frames between two changes of the grants in force. */
  private static final int FRAMES = 400;

  private static final Duration SHRINKING = Duration.ofSeconds(60);

  private final FrameProber prober;
  private final Comparison comparison;
  private final long seed;
  private final LongSupplier nanoTime;
  private Duration shrinking = SHRINKING;
  private long cases;
  private long frames;

  /**
   * Prepares; nothing is generated yet.
   *
   * @param prober what is held to the reference
   * @param seed the same seed generates the same cases
   * @param nanoTime a monotonic clock in nanoseconds, which bounds how long a failure is shrunk
   */
  public Differential(FrameProber prober, long seed, LongSupplier nanoTime) {
    this.prober = prober;
    this.comparison = new Comparison(prober);
    this.seed = seed;
    this.nanoTime = nanoTime;
  }

  /**
   * Sets how long to look for a smaller case once one was found; a minute unless set.
   *
   * @param duration at most this long
   * @return this
   */
  public Differential shrinkingFor(Duration duration) {
    shrinking = duration;
    return this;
  }

  /**
   * Returns how many frames were compared.
   *
   * @return since this was made, without those of shrinking
   */
  public long frames() {
    return frames;
  }

  /**
   * Compares generated cases until there were so many frames, or they disagree.
   *
   * @param count how many frames at least
   * @return the first disagreement
   */
  public Optional<Disagreement> compare(long count) {
    long until = frames + count;
    while (frames < until) {
      Optional<Disagreement> found = compareNext();
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /**
   * Compares the next generated case, of some hundred frames.
   *
   * @return whether they disagree
   */
  public Optional<Disagreement> compareNext() {
    long number = cases++;
    FuzzCase next = FuzzCase.of(seed, number, FRAMES, prober);
    frames += next.frames().size();
    return difference(next).map(found -> shrunk(number, next, found));
  }

  /**
   * Compares the frames of packet cases; what the cases expect is not looked at.
   *
   * @param corpus the cases
   * @return the first disagreement, as it stands
   */
  public Optional<Disagreement> compare(List<PacketCase> corpus) {
    boolean filtersBothWays = prober.capabilities().contains(Capability.EGRESS);
    for (PacketCase each : corpus) {
      if (each.needsEgress() && !filtersBothWays) {
        continue; // refused, or not looked at
      }
      List<String> lines = each.steps().stream().map(Sent::line).toList();
      Optional<Difference> found = comparison.of(each.scene(), sent(lines));
      if (found.isPresent()) {
        int at = found.get().frame();
        String what = each + ": " + (at < 0 ? "" : lines.get(at) + ": ") + found.get().what();
        return Optional.of(new Disagreement(seed, -1, what, ""));
      }
    }
    return Optional.empty();
  }

  private static List<Sent> sent(List<String> lines) {
    return lines.stream().map(Sent::of).toList();
  }

  private Optional<Difference> difference(FuzzCase each) {
    return comparison.of(each.scene(), sent(each.frames()));
  }

  private Disagreement shrunk(long number, FuzzCase failing, Difference found) {
    long end = nanoTime.getAsLong() + shrinking.toNanos();
    FuzzCase begin = failing;
    if (found.frame() >= 0) {
      FuzzCase alone = failing.withFrames(List.of(failing.frames().get(found.frame())));
      begin = difference(alone).isPresent() ? alone : failing;
    }
    FuzzCase small =
        Shrinking.shrink(
            begin, each -> difference(each).isPresent(), () -> nanoTime.getAsLong() - end > 0);
    String what = difference(small).map(Difference::what).orElse("once: " + found.what());
    return new Disagreement(seed, number, what, entry(number, small, what));
  }

  private String entry(long number, FuzzCase small, String what) {
    var lines = new ArrayList<String>();
    lines.add("generated case %d of seed %d".formatted(number, seed));
    lines.add("  # " + what);
    small.settings().forEach(line -> lines.add("  " + line));
    small.grants().forEach(line -> lines.add("  " + line));
    for (String frame : small.frames()) {
      lines.add("  " + frame);
      lines.add("    " + expected(small.scene(), Sent.of(frame)));
    }
    return String.join("\n", lines) + "\n";
  }

  /** What the reference says, for the datapath at hand and for those that can do more. */
  private String expected(Scene scene, Sent frame) {
    var everything = EnumSet.allOf(Capability.class);
    String whole = outcome(everything, scene, frame);
    var text = new StringBuilder(whole);
    for (Capability capability : Capability.values()) {
      if (!prober.capabilities().contains(capability)) {
        var without = EnumSet.complementOf(EnumSet.of(capability));
        String other = outcome(without, scene, frame);
        text.append(other.equals(whole) ? "" : " without " + capability + " " + other);
      }
    }
    return text.toString();
  }

  private static String bare(String outcome) {
    return outcome.contains(" of ") ? outcome.substring(0, outcome.indexOf(" of ")) : outcome;
  }

  private static String outcome(Set<Capability> capabilities, Scene scene, Sent frame) {
    try (Reference reference = Reference.of(capabilities, scene)) {
      Verdict verdict = reference.verdict(frame);
      GrantId first = verdict.grantId();
      String words = Comparison.words(verdict);
      if (first == null) {
        return words;
      }
      String ids =
          String.join(
              "|",
              scene.grantsAt(Instant.EPOCH).stream()
                  .map(grant -> grant.id())
                  .filter(id -> reference.wouldDecide(id, verdict.reason(), frame))
                  .map(id -> Long.toString(id.value()))
                  .toList());
      return bare(words) + " of " + ids;
    }
  }
}
