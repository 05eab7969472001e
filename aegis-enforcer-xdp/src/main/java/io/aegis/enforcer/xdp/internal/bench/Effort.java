package io.aegis.enforcer.xdp.internal.bench;

import java.util.List;
import java.util.stream.Stream;

/**
 * How much is measured.
 *
 * <p>The kernel takes about 20 ms to begin and end a test run that repeats, whatever the repeats
 * take themselves: it patches the program into its XDP dispatcher and waits for RCU, twice. So each
 * frame is run once, and a repetition is a part of them: with all {@link Frames#COUNT} frames in
 * each repetition the benchmark would take minutes.
 *
 * @param repetitions how many values there are of each work
 * @param frames how many frames make one value; divides {@link Frames#COUNT}
 * @param repeats how often the kernel runs the program on each of them
 * @param additions how many grants are added one by one for one value
 * @param removals how many of them are removed one by one for one value
 * @param scale how many grants are very many
 * @param flood how many frames of a flood make one value
 */
record Effort(
    int repetitions, int frames, int repeats, int additions, int removals, int scale, int flood) {

  /** For figures. */
  static final Effort FULL = new Effort(10, 10, 10_000, 1000, 10, 1_000_000, 3_000_000);

  /** To see whether it works. */
  static final Effort QUICK = new Effort(1, 4, 100, 20, 2, 20_000, 20_000);

  private static final List<Integer> SCALES = List.of(100, 10_000, 100_000);
  private static final int PART = 5;

  /** How many grants a program is measured with whose frames come from all of them in turn. */
  List<Integer> scales() {
    return Stream.concat(SCALES.stream().filter(each -> each < scale), Stream.of(scale)).toList();
  }

  /** The same with one long test run for each value: over all grants, so that each has its turn. */
  Effort overAll(int grants) {
    int repeats = Math.max(grants, scale / PART);
    return new Effort(repetitions, 1, repeats, additions, removals, scale, flood);
  }

  Effort {
    if (Frames.COUNT % frames != 0) {
      throw new IllegalArgumentException(Frames.COUNT + " frames are no multiple of " + frames);
    }
    if (removals >= additions) {
      throw new IllegalArgumentException("some of the additions are removed together");
    }
  }

  /** Returns the number of the frame that a repetition takes at a step; evenly spread. */
  int frame(int repetition, int step) {
    int distance = Frames.COUNT / frames;
    return step * distance + repetition % distance;
  }
}
