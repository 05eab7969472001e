package io.aegis.enforcer.xdp.internal.bench;

import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.BpfProg.Run;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures several works in one run, in turns: after each frame of one work comes a frame of the
 * next, so that a machine that becomes slower for a while does so for all of them. The kernel takes
 * the time (BPF_PROG_TEST_RUN). For one thread.
 */
final class Rotation {

  private final List<Work> works;
  private final Effort effort;
  private final List<List<Double>> values = new ArrayList<>();

  Rotation(List<Work> works, Effort effort) {
    this.works = List.copyOf(works);
    this.effort = effort;
    works.forEach(_ -> values.add(new ArrayList<>()));
  }

  /** Measures one value of each work. */
  void repeat(int repetition) throws Errno {
    long[] nanos = new long[works.size()];
    for (int step = 0; step < effort.frames(); step++) {
      int frame = effort.frame(repetition, step);
      for (int turn = 0; turn < works.size(); turn++) {
        // Another work begins each time, so that none always follows the same one.
        int i = (turn + step) % works.size();
        nanos[i] += measure(works.get(i), frame);
      }
    }
    for (int i = 0; i < works.size(); i++) {
      values.get(i).add((double) nanos[i] / effort.frames());
    }
  }

  private int measure(Work work, int frame) throws Errno {
    Run run = BpfProg.testRun(work.program(), work.frames().get(frame), effort.repeats());
    work.requireAction(run.returned());
    return run.nanos();
  }

  /** Returns what was measured of a work, in nanoseconds per frame. */
  Series series(Work work) {
    return new Series(values.get(works.indexOf(work)));
  }
}
