package io.aegis.enforcer.xdp.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Instances share the directory above theirs. */
@Tag("kernel")
class PinsIT {

  private static final int TIMES = 2_000;

  @Test
  void instances_thatComeAndGo_areNotInEachOthersWay() throws Exception {
    var failures = new CopyOnWriteArrayList<Throwable>();
    List<Thread> threads =
        IntStream.range(0, 4)
            .mapToObj(n -> new Pins("agpins" + ProcessHandle.current().pid() + "-" + n))
            .map(pins ->
                Thread.ofPlatform()
                    .uncaughtExceptionHandler((_, e) -> failures.add(e))
                    .start(() -> comeAndGo(pins)))
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).isEmpty();
  }

  private static void comeAndGo(Pins pins) {
    for (int i = 0; i < TIMES; i++) {
      pins.create();
      pins.removeDirectory();
    }
  }
}
