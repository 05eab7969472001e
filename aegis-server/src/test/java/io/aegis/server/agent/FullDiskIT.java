package io.aegis.server.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.wire.v1.AgentMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real file system that is full, and has room again. */
@Tag("kernel")
final class FullDiskIT {
  @TempDir private Path mount;
  private SteppedRig rig;

  @BeforeEach
  void mountAndBegin() throws Exception {
    TestNamespace.run("mount -t tmpfs -o size=64k tmpfs " + mount);
    rig = new SteppedRig(mount.resolve("agent"), FailMode.CLOSED, 1);
    rig.begin(rig.grant(1, Duration.ofHours(1)), rig.grant(2, Duration.ofHours(1)));
    rig.words.clock = rig.now();
  }

  @AfterEach
  void unmount() throws Exception {
    rig.close();
    TestNamespace.run("umount " + mount);
  }

  private void fill() throws IOException {
    // What is left of the ledger's last page would do for many records more.
    long more = 4096 - Files.size(mount.resolve("agent/ledger")) % 4096;
    try (OutputStream out = Files.newOutputStream(mount.resolve("ballast"))) {
      while (true) {
        out.write(new byte[4096]);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
    for (long id = 200; more > 37; id++, more -= 37) {
      var batch = new Ledger.Batch();
      batch.ended(new io.aegis.api.GrantId(id), 1);
      rig.ledger.note(batch);
    }
  }

  @Test
  void full_removesAndRefuses_thenRecovers() throws Exception {
    fill();
    try (var log = new LogLines(Ledger.class)) {
      AgentMessage removed =
          rig.exchange(rig.words.delta(5, 6).addRemoves(ScriptedController.removal(1, 6)));
      assertThat(removed.hasAck()).isTrue();
      AgentMessage added =
          rig.exchange(rig.words.putting(6, 7, rig.words.issued(rig.words.grant(3), 1, 7, 1)));
      assertThat(added.getAck().getErrorsList()).hasSize(1);
      assertThat(rig.inForce()).containsExactly(2L);
      assertThat(log.lines()).singleElement().asString().contains("ALARM event=ledger-failed");

      Files.delete(mount.resolve("ballast"));
      rig.exchange(rig.words.putting(7, 8, rig.words.issued(rig.words.grant(3), 1, 8, 1)));
      assertThat(rig.inForce()).containsExactly(2L, 3L);
      assertThat(log.lines()).hasSize(2).last().asString().contains("ledger-works-again");
    }
    rig.ledger.close();
    try (StateDirectory copy = StateDirectory.open(copyOfTheDirectory())) {
      Ledger again = Ledger.open(copy);
      assertThat(again.get(new io.aegis.api.GrantId(1)))
          .satisfies(entry -> assertThat(entry.removedAt()).isEqualTo(6));
      assertThat(again.applied().orElseThrow().revision()).isEqualTo(8);
      again.close();
    }
  }

  private Path copyOfTheDirectory() throws IOException {
    Path copy = Files.createDirectory(mount.resolve("copy"));
    for (String file : java.util.List.of("ledger", "epoch")) {
      Files.copy(mount.resolve("agent").resolve(file), copy.resolve(file));
    }
    return copy;
  }
}
