package io.aegis.server.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prints how long a large snapshot takes. The time is for people: machines differ. */
class SnapshotTimeTest {

  private static final int GRANTS = 50_000;

  @TempDir private Path directory;

  @Test
  void snapshot_ofFiftyThousandGrants_isInForce() throws Exception {
    try (var rig = new SyncRig(SyncRig.FAST)) {
      Instant hour = Instant.now().plusSeconds(3600);
      for (int id = 1; id <= GRANTS; id++) {
        rig.state.put(SyncRig.grant(id, hour));
      }
      rig.start();
      long began = System.nanoTime();
      var agent = rig.agent(directory, GRANTS).start();
      SyncRig.eventually(
          () ->
              agent
                  .runtime()
                  .status()
                  .position()
                  .filter(position -> position.revision() == GRANTS)
                  .isPresent(),
          "the snapshot is applied");
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      assertThat(agent.enforcer().grants()).hasSize(GRANTS);
      System.out.printf("snapshot of %,d grants in force after %d ms%n", GRANTS, took.toMillis());
    }
  }
}
