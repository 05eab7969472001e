package io.aegis.server.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.GrantId;
import io.aegis.server.sync.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final GrantId ONE = new GrantId(1);
  private static final GrantId TWO = new GrantId(2);

  @TempDir private Path directory;

  private Ledger open() throws IOException {
    try (StateDirectory state = StateDirectory.open(directory)) {
      return Ledger.open(state);
    }
  }

  private static Ledger.Batch batch() {
    var batch = new Ledger.Batch();
    batch.put(ONE, 3, NOW.plusSeconds(3600), NOW.plusSeconds(300));
    batch.put(TWO, 1, NOW.plusSeconds(60), NOW.plusSeconds(300));
    batch.removed(TWO, 9, NOW);
    batch.ended(ONE, 2);
    batch.position(new Position(1, 9));
    return batch;
  }

  private static void requireWhole(Ledger ledger) {
    assertThat(ledger.get(ONE))
        .isEqualTo(
            new Ledger.Entry(
                3,
                NOW.plusSeconds(3600).toEpochMilli(),
                NOW.plusSeconds(3600).toEpochMilli(),
                Ledger.Entry.NOT_REMOVED,
                2));
    assertThat(ledger.get(TWO))
        .isEqualTo(
            new Ledger.Entry(
                1,
                NOW.plusSeconds(60).toEpochMilli(),
                NOW.plus(Duration.ofHours(1)).toEpochMilli(),
                9,
                0));
    assertThat(ledger.applied()).contains(new Position(1, 9));
  }

  @Test
  void entries_writtenAndOpenedAgain_areTheSame() throws Exception {
    Ledger ledger = open();
    ledger.beginEpoch(1);
    ledger.write(batch());
    requireWhole(ledger);
    ledger.close();
    // Twice, since opening writes it anew.
    open().close();
    Ledger again = open();
    requireWhole(again);
    assertThat(again.highestEpoch()).isEqualTo(1);
    again.close();
  }

  @Test
  void journal_cutAnywhere_keepsWhatStandsBefore() throws Exception {
    Ledger ledger = open();
    ledger.beginEpoch(1);
    var first = new Ledger.Batch();
    first.put(ONE, 3, NOW.plusSeconds(3600), NOW.plusSeconds(300));
    ledger.write(first);
    Path file = directory.resolve("ledger");
    long good = Files.size(file);
    var second = new Ledger.Batch();
    second.put(TWO, 1, NOW.plusSeconds(60), NOW.plusSeconds(300));
    ledger.write(second);
    ledger.close();
    byte[] whole = Files.readAllBytes(file);
    for (int length = (int) good; length < whole.length; length++) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      Ledger cut = open();
      assertThat(cut.version(ONE)).isEqualTo(3);
      assertThat(cut.get(TWO)).isNull();
      cut.close();
    }
  }

  @Test
  void journal_withDamagedEnd_takesNewEntriesAfterwards() throws Exception {
    Ledger ledger = open();
    ledger.beginEpoch(1);
    ledger.write(batch());
    ledger.close();
    Files.write(directory.resolve("ledger"), new byte[] {3, 1, 4}, StandardOpenOption.APPEND);
    Ledger damaged = open();
    requireWhole(damaged);
    damaged.close();
    Ledger again = open();
    requireWhole(again);
    again.close();
  }

  @Test
  void tombstone_outlivesTheGrantAndIsThenForgotten() throws Exception {
    Ledger ledger = open();
    var batch = new Ledger.Batch();
    batch.put(ONE, 1, NOW.plus(Duration.ofHours(8)), NOW.plusSeconds(300));
    batch.removed(ONE, 4, NOW);
    ledger.write(batch);
    ledger.forgetExpired(NOW.plus(Duration.ofHours(7)));
    assertThat(ledger.get(ONE)).isNotNull();
    ledger.forgetExpired(NOW.plus(Duration.ofHours(9)));
    assertThat(ledger.get(ONE)).isNull();
    ledger.close();
  }

  @Test
  void epoch_new_forgetsTheOldOnesEntries() throws Exception {
    Ledger ledger = open();
    ledger.beginEpoch(1);
    ledger.write(batch());
    ledger.beginEpoch(1);
    requireWhole(ledger);
    ledger.beginEpoch(2);
    assertThat(ledger.get(TWO)).isNull();
    assertThat(ledger.applied()).isEmpty();
    ledger.close();
    Ledger again = open();
    assertThat(again.get(TWO)).isNull();
    assertThat(again.highestEpoch()).isEqualTo(2);
    again.close();
  }

  @Test
  void epoch_killedBeforeTheJournalKnewIt_forgetsTheOldOnesEntries() throws Exception {
    Ledger ledger = open();
    ledger.beginEpoch(1);
    ledger.write(batch());
    ledger.close();
    Files.writeString(directory.resolve("epoch"), "2");
    Ledger again = open();
    assertThat(again.get(TWO)).isNull();
    assertThat(again.applied()).isEmpty();
    assertThat(again.highestEpoch()).isEqualTo(2);
    again.beginEpoch(2);
    again.write(batch());
    again.close();
    Ledger last = open();
    requireWhole(last);
    last.close();
  }

  @Test
  void epoch_thatTheJournalCouldNotTake_isTakenLater() throws Exception {
    Ledger ledger = open();
    ledger.beginEpoch(1);
    ledger.write(batch());
    ledger.close();
    assertThatThrownBy(() -> ledger.beginEpoch(2)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> ledger.beginEpoch(2))
        .as("it is not taken for done")
        .isInstanceOf(IOException.class);
  }

  @Test
  void removals_ofGrantsNeverHeardOf_fillNoMemory() throws Exception {
    Ledger ledger = open();
    ledger.beginEpoch(1);
    ledger.write(batch());
    var flood = new Ledger.Batch();
    for (long id = 100; id < 100 + Ledger.MOST_STRANGERS; id++) {
      flood.removed(new GrantId(id), 10, NOW);
    }
    try (var log = new LogLines(Ledger.class)) {
      ledger.note(flood);
      assertThat(log.lines()).isEmpty();
      GrantId last = new GrantId(99_999_999);
      var more = new Ledger.Batch();
      more.removed(last, 11, NOW);
      more.removed(ONE, 11, NOW);
      ledger.note(more);
      ledger.note(more);
      assertThat(ledger.get(last)).isNull();
      assertThat(ledger.liveIds()).as("a known one is remembered").doesNotContain(ONE);
      assertThat(log.lines()).singleElement().asString().contains("too-many-removals");
    }
    ledger.forgetExpired(NOW.plus(Duration.ofHours(2)));
    assertThat(ledger.get(new GrantId(100))).isNull();
    ledger.close();
  }

  @Test
  void journal_ofManyChanges_staysSmall() throws Exception {
    Ledger ledger = open();
    ledger.beginEpoch(1);
    for (int i = 0; i < 200; i++) {
      var batch = new Ledger.Batch();
      for (long id = 1; id <= 500; id++) {
        batch.put(new GrantId(id), i, NOW.plusSeconds(3600), NOW.plusSeconds(300));
      }
      ledger.write(batch);
    }
    assertThat(Files.size(directory.resolve("ledger"))).isLessThan(37L * 11_000);
    ledger.close();
  }

  @Test
  void epochFile_damaged_isAnErrorThatNamesIt() throws Exception {
    Files.writeString(directory.resolve("epoch"), "many");
    assertThatThrownBy(() -> open())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(directory.resolve("epoch").toString())
        .hasMessageContaining("'many' is no number");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxrwxrwx", "rwxrwx---"})
  void directory_thatOthersCanWrite_isRefused(String mode) throws Exception {
    Path open = Files.createDirectory(directory.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString(mode));
    assertThatThrownBy(() -> StateDirectory.open(open))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("others can write");
  }

  @Test
  void directory_thatOthersCanRead_letsThemTakeNoLock() throws Exception {
    Path lock = Files.createFile(directory.resolve("lock"));
    Files.setPosixFilePermissions(lock, PosixFilePermissions.fromString("rw-r--r--"));
    StateDirectory.open(directory).close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(lock)))
        .isEqualTo("rw-------");
  }

  @Test
  void grant_thatHasEnded_isForgotten() throws Exception {
    Ledger ledger = open();
    ledger.beginEpoch(1);
    ledger.write(batch());
    ledger.forgetExpired(NOW.plusSeconds(3500));
    assertThat(ledger.version(ONE)).isEqualTo(3);
    ledger.forgetExpired(NOW.plusSeconds(3700));
    assertThat(ledger.get(ONE)).isNull();
    ledger.close();
  }

  @Test
  void directory_usedByAnotherAgent_isRefused() throws Exception {
    try (StateDirectory first = StateDirectory.open(directory)) {
      assertThat(first.installation()).isEqualTo(first.installation());
      assertThatThrownBy(() -> StateDirectory.open(directory))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another agent uses it");
    }
  }
}
