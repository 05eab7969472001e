package io.aegis.enforcer.tck;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.Reason;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.Counters;
import io.aegis.enforcer.spi.Counters.Count;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.tck.FrameProber.Answer;
import io.aegis.enforcer.tck.PacketCase.Scene;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Lets a datapath and the reference decide about the same frames in the same scene. */
final class Comparison {
  private final FrameProber prober;
  private boolean wasStricter;

  Comparison(FrameProber prober) {
    this.prober = prober;
  }

  /**
   * Where they differ.
   *
   * @param frame the number of the frame; −1 where it is about all of them
   * @param what who says what
   */
  record Difference(int frame, String what) {}

  Optional<Difference> of(Scene scene, List<Sent> frames) {
    Set<GrantId> inForce = prober.arrange(scene);
    wasStricter = false;
    try (Reference reference = Reference.of(prober.capabilities(), scene, inForce)) {
      Optional<Difference> wrong = grants(reference, inForce);
      if (wrong.isPresent()) {
        return wrong;
      }
      Map<String, Long> before = counted(prober.counters());
      for (int i = 0; i < frames.size(); i++) {
        String what = difference(reference, frames.get(i));
        if (what != null) {
          return Optional.of(new Difference(i, what));
        }
      }
      return counted(before, reference);
    }
  }

  /** A grant may be out of force that has expired, is not possible, or one too many of its kind. */
  private static Optional<Difference> grants(Reference reference, Set<GrantId> inForce) {
    List<GrantId> possible = reference.grants().stream().map(Grant::id).toList();
    if (!inForce.equals(Set.copyOf(possible))) {
      return Optional.of(
          new Difference(-1, "has in force " + inForce + ", the reference of these " + possible));
    }
    return reference.missing().isEmpty()
        ? Optional.empty()
        : Optional.of(new Difference(-1, "has not in force " + reference.missing()));
  }

  private Optional<Difference> counted(Map<String, Long> before, Reference reference) {
    if (wasStricter || prober.counters().isEmpty()) {
      return Optional.empty();
    }
    Map<String, Long> after = counted(prober.counters());
    before.forEach((name, was) -> after.merge(name, -was, Long::sum));
    after.values().removeIf(moved -> moved == 0);
    Map<String, Long> expected = counted(Optional.of(reference.counters()));
    return after.equals(expected)
        ? Optional.empty()
        : Optional.of(new Difference(-1, "counted " + after + ", the reference " + expected));
  }

  private static Map<String, Long> counted(Optional<Counters> counters) {
    var counted = new TreeMap<String, Long>();
    for (Count count : counters.map(Counters::counts).orElse(List.of())) {
      String name =
          count.direction() + " " + count.reason() + (count.wouldDrop() ? " would drop" : "");
      counted.merge(name, count.packets(), Long::sum);
      counted.merge(name + " bytes", count.bytes(), Long::sum);
    }
    return counted;
  }

  private @Nullable String difference(Reference reference, Sent sent) {
    Verdict expected = reference.verdict(sent);
    Answer answer;
    try {
      answer = prober.probe(sent.way(), sent.frame());
    } catch (EnforcerException e) {
      return "refused to answer (" + e.getMessage() + "), the reference says " + words(expected);
    }
    Verdict explained = answer.explained();
    if (isDropped(answer) && prober.mayBeStricter(sent.way(), sent.frame())) {
      wasStricter = true;
      return null;
    }
    if (explained != null && !agree(reference, sent, expected, explained)) {
      return "explained " + words(explained) + ", the reference says " + words(expected);
    }
    Boolean passed = answer.passed();
    if (passed != null && passed != expected.admitted()) {
      return (passed ? "let the frame through" : "dropped the frame")
          + ", the reference says "
          + words(expected);
    }
    return null;
  }

  /** Whether it was dropped, as far as is known; then the reference may say what it likes. */
  private static boolean isDropped(Answer answer) {
    Verdict explained = answer.explained();
    Boolean passed = answer.passed();
    return (explained == null || !explained.admitted()) && (passed == null || !passed);
  }

  private boolean agree(Reference reference, Sent sent, Verdict expected, Verdict actual) {
    if (expected.admitted() != actual.admitted()) {
      return false;
    }
    boolean knowsReason =
        prober.capabilities().contains(Capability.REASONS) || expected.reason().admits();
    if (!knowsReason) {
      return true;
    }
    return expected.reason() == actual.reason()
        && sameGrant(reference, sent, expected, actual.grantId());
  }

  /** Which of several grants that would all do decides is nobody's business. */
  private static boolean sameGrant(
      Reference reference, Sent sent, Verdict expected, @Nullable GrantId actual) {
    if (Objects.equals(expected.grantId(), actual)) {
      return true;
    }
    return expected.grantId() != null
        && actual != null
        && reference.wouldDecide(actual, expected.reason(), sent);
  }

  /** As the outcome is written in a corpus. */
  static String words(Verdict verdict) {
    Reason reason = verdict.reason();
    String outcome = verdict.wouldDrop() ? "would-drop" : verdict.admitted() ? "admit" : "drop";
    return outcome
        + " "
        + reason
        + (verdict.grantId() == null ? "" : " of " + verdict.grantId().value());
  }
}
