package io.aegis.server.agent;

import io.aegis.api.GrantId;
import io.aegis.server.sync.Position;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the agent remembers so that nothing old can open anything again: of each grant its version
 * and hard expiry, of each removed one the revision at which it was gone (a tombstone), the
 * position that is applied, and the highest epoch ever seen.
 *
 * <p>It is written before the enforcer is changed and survives a kill of the process. Only the
 * epoch is forced to the disk: a loss of power takes the kernel's grants along, and what is then
 * missing here is a reason for a snapshot. What can only close or remember counts even while the
 * disk takes nothing; what opens does not.
 *
 * <p>Not thread-safe: the agent's thread owns it.
 */
final class Ledger implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

  /** So many digits are read again at the next start. */
  static final long LAST_EPOCH = 999_999_999_999_999_999L;

  private static final String EPOCH_FILE = "epoch";
  private static final String JOURNAL_FILE = "ledger";

  /** A tombstone outlives what was sealed before the removal by far. */
  private static final Duration LEAST_TOMBSTONE_LIFE = Duration.ofHours(1);

  /** Below this many records the journal is never rewritten. */
  private static final int LEAST_COMPACTION = 10_000;

  /**
   * So many removals of grants that were never heard of are remembered: enough for what overtakes
   * its addition, and too few to fill the memory.
   */
  static final int MOST_STRANGERS = 500_000;

  /**
   * One grant.
   *
   * @param version the newest version seen; 0 if only its removal was
   * @param hardExpiryMs the hard expiry of that version
   * @param keepUntilMs until when payloads of it could be valid: how long a tombstone is kept
   * @param removedAt the revision at which it was gone; -1 while it is not
   * @param endedVersion the newest version that ended for good, for want of traffic; 0 for none
   */
  record Entry(
      long version, long hardExpiryMs, long keepUntilMs, long removedAt, long endedVersion) {

    static final long NOT_REMOVED = -1;
    static final Entry UNKNOWN = new Entry(0, 0, 0, NOT_REMOVED, 0);

    boolean isTombstone() {
      return removedAt != NOT_REMOVED;
    }
  }

  private final StateDirectory directory;
  private final Map<GrantId, Entry> entries = new HashMap<>();
  private final Journal journal;
  // Loaded, and not in the journal yet, since that could not be written. The newest of each kind.
  private final Map<Owed, Journal.Entry> owed = new LinkedHashMap<>();
  private long highestEpoch;
  private long journalEpoch;
  private int strangers;
  private boolean failing;
  private @Nullable Position applied;

  private record Owed(Journal.Kind kind, long grant) {
    static Owed of(Journal.Entry record) {
      return new Owed(record.kind(), record.kind() == Journal.Kind.POSITION ? 0 : record.a());
    }
  }

  private Ledger(StateDirectory directory, Journal journal) {
    this.directory = directory;
    this.journal = journal;
  }

  /**
   * Opens the ledger. Nothing is forgotten here: what has expired is known on the controller's
   * clock alone, and that was not heard yet.
   *
   * @throws IOException if a file cannot be read or written, or the epoch is not one
   */
  static Ledger open(StateDirectory directory) throws IOException {
    Ledger ledger = new Ledger(directory, Journal.open(directory.resolve(JOURNAL_FILE)));
    ledger.highestEpoch = readEpoch(directory);
    ledger.journal.replay(ledger::load);
    if (ledger.journalEpoch != ledger.highestEpoch) {
      // Killed between the epoch and its journal: what stands there is of an older one.
      ledger.entries.clear();
      ledger.applied = null;
    }
    ledger.countStrangers();
    ledger.compactIfPossible();
    return ledger;
  }

  private static long readEpoch(StateDirectory directory) throws IOException {
    Optional<String> text = directory.read(EPOCH_FILE);
    if (text.isEmpty()) {
      return 0;
    }
    if (!text.get().matches("[0-9]{1,18}")) {
      throw new IOException(
          "reading the highest epoch from %s: '%s' is no number; restore the file, or remove it to trust the next controller's epoch"
              .formatted(directory.resolve(EPOCH_FILE), text.get()));
    }
    return Long.parseLong(text.get());
  }

  private void load(Journal.Entry record) {
    switch (record.kind()) {
      case EPOCH -> {
        entries.clear();
        applied = null;
        journalEpoch = record.a();
      }
      case POSITION -> applied = new Position(record.a(), record.b());
      case PUT ->
          change(
              record,
              before ->
                  new Entry(
                      record.b(),
                      record.c(),
                      record.d(),
                      Entry.NOT_REMOVED,
                      before.endedVersion()));
      case REMOVED ->
          change(
              record,
              before ->
                  new Entry(
                      before.version(),
                      before.hardExpiryMs(),
                      Math.max(before.keepUntilMs(), record.c()),
                      Math.max(before.removedAt(), record.b()),
                      before.endedVersion()));
      case ENDED ->
          change(
              record,
              before ->
                  new Entry(
                      before.version(),
                      before.hardExpiryMs(),
                      before.keepUntilMs(),
                      before.removedAt(),
                      Math.max(before.endedVersion(), record.b())));
    }
  }

  private void change(Journal.Entry record, UnaryOperator<Entry> change) {
    entries.compute(
        new GrantId(record.a()),
        (_, before) -> change.apply(before == null ? Entry.UNKNOWN : before));
  }

  long highestEpoch() {
    return highestEpoch;
  }

  /** What is applied; empty before the first snapshot. */
  Optional<Position> applied() {
    return Optional.ofNullable(applied);
  }

  @Nullable Entry get(GrantId id) {
    return entries.get(id);
  }

  /** The version of a grant, 0 if it is not known. */
  long version(GrantId id) {
    Entry entry = entries.get(id);
    return entry == null || entry.isTombstone() ? 0 : entry.version();
  }

  /** The grants that are not known to be gone. */
  List<GrantId> liveIds() {
    return entries.entrySet().stream()
        .filter(entry -> !entry.getValue().isTombstone())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Whether this very version is known and not gone, so that nothing needs to be written. */
  boolean holds(GrantId id, long version, Instant hardExpiry, Instant notAfter) {
    Entry known = entries.get(id);
    return known != null
        && !known.isTombstone()
        && known.version() == version
        && known.hardExpiryMs() == hardExpiry.toEpochMilli()
        && known.keepUntilMs() >= notAfter.toEpochMilli();
  }

  /**
   * Begins a new epoch, if it is one: what the old one said of versions and removals means nothing
   * in it.
   *
   * @throws IOException if it could not be written: called again, it is tried again
   */
  void beginEpoch(long epoch) throws IOException {
    if (epoch > highestEpoch) {
      directory.write(EPOCH_FILE, Long.toString(epoch));
      highestEpoch = epoch;
    }
    if (journalEpoch != highestEpoch) {
      owed.clear();
      var begins = new Journal.Entry(Journal.Kind.EPOCH, highestEpoch, 0, 0, 0);
      journal.append(List.of(begins));
      load(begins);
    }
  }

  /** What is about to change. Collected, then written at once. */
  static final class Batch {
    private final List<Journal.Entry> records = new ArrayList<>();

    void put(GrantId id, long version, Instant hardExpiry, Instant notAfter) {
      long keep = Math.max(hardExpiry.toEpochMilli(), notAfter.toEpochMilli());
      records.add(
          new Journal.Entry(
              Journal.Kind.PUT, id.value(), version, hardExpiry.toEpochMilli(), keep));
    }

    void removed(GrantId id, long revision, Instant now) {
      long keep = now.plus(LEAST_TOMBSTONE_LIFE).toEpochMilli();
      records.add(new Journal.Entry(Journal.Kind.REMOVED, id.value(), revision, keep, 0));
    }

    void ended(GrantId id, long version) {
      records.add(new Journal.Entry(Journal.Kind.ENDED, id.value(), version, 0, 0));
    }

    void position(Position position) {
      records.add(
          new Journal.Entry(Journal.Kind.POSITION, position.epoch(), position.revision(), 0, 0));
    }

    boolean isEmpty() {
      return records.isEmpty();
    }
  }

  /**
   * Writes what opens something.
   *
   * @throws IOException if it could not be written; none of it counts then
   */
  void write(Batch batch) throws IOException {
    if (batch.isEmpty()) {
      return;
    }
    append(batch.records);
    batch.records.forEach(this::load);
    compactIfWorthIt();
  }

  /**
   * Notes what opens nothing: removals, ends, the position. It counts at once; if it cannot be
   * written, it is kept in mind and written when it can be.
   */
  void note(Batch batch) {
    List<Journal.Entry> records = batch.records.stream().filter(this::isRemembered).toList();
    records.forEach(this::load);
    if (records.isEmpty()) {
      return;
    }
    try {
      append(records);
      compactIfWorthIt();
    } catch (IOException e) {
      for (Journal.Entry record : records) {
        owed.remove(Owed.of(record));
        owed.put(Owed.of(record), record);
      }
    }
  }

  private boolean isRemembered(Journal.Entry record) {
    if (record.kind() != Journal.Kind.REMOVED || entries.containsKey(new GrantId(record.a()))) {
      return true;
    }
    if (strangers == MOST_STRANGERS) {
      LOG.error(
          "ALARM event=too-many-removals of-unknown-grants={} action=\"see what the controller"
              + " sends; the removals themselves were done\"",
          strangers);
    }
    return strangers++ < MOST_STRANGERS;
  }

  private void append(List<Journal.Entry> records) throws IOException {
    var all = new ArrayList<Journal.Entry>(owed.values());
    all.addAll(records);
    if (all.isEmpty()) {
      return;
    }
    try {
      journal.append(all);
    } catch (IOException e) {
      if (!failing) {
        LOG.error(
            "ALARM event=ledger-failed action=\"make room on the disk: nothing new is opened, what"
                + " closes is done all the same\"",
            e);
      }
      failing = true;
      throw e;
    }
    if (failing) {
      LOG.info("event=ledger-works-again");
    }
    failing = false;
    owed.clear();
  }

  /**
   * Forgets what nothing can bring back any more.
   *
   * @param now the controller's clock as a controller told it; a local one that is fast would
   *     forget what was just removed, and a kernel that still has it would be believed
   */
  void forgetExpired(Instant now) {
    long nowMs = now.toEpochMilli();
    // Of one that is not removed, what could open it again has ended too, and so has itself.
    entries.values().removeIf(entry -> entry.keepUntilMs() < nowMs);
    countStrangers();
    compactIfWorthIt();
  }

  /** Writes what could not be written before. */
  void settle() throws IOException {
    append(List.of());
    compactIfWorthIt();
  }

  private void compactIfWorthIt() {
    if (journal.records() > LEAST_COMPACTION && journal.records() > 4L * entries.size()) {
      compactIfPossible();
    }
  }

  // It only makes the file shorter.
  private void compactIfPossible() {
    try {
      compact();
    } catch (IOException e) {
      LOG.error("event=ledger-not-compacted action=\"make room on the disk\"", e);
    }
  }

  private void countStrangers() {
    strangers =
        (int)
            entries.values().stream()
                .filter(entry -> entry.isTombstone() && entry.version() == 0)
                .count();
  }

  private void compact() throws IOException {
    var records = new ArrayList<Journal.Entry>();
    if (highestEpoch > 0) {
      records.add(new Journal.Entry(Journal.Kind.EPOCH, highestEpoch, 0, 0, 0));
    }
    entries.forEach((id, entry) -> addRecords(records, id, entry));
    if (applied != null) {
      records.add(
          new Journal.Entry(Journal.Kind.POSITION, applied.epoch(), applied.revision(), 0, 0));
    }
    journal.rewrite(records);
    journalEpoch = highestEpoch;
    owed.clear();
    LOG.debug("event=ledger-compacted records={}", records.size());
  }

  private static void addRecords(List<Journal.Entry> records, GrantId id, Entry entry) {
    if (entry.version() > 0) {
      records.add(
          new Journal.Entry(
              Journal.Kind.PUT,
              id.value(),
              entry.version(),
              entry.hardExpiryMs(),
              entry.keepUntilMs()));
    }
    if (entry.endedVersion() > 0) {
      records.add(new Journal.Entry(Journal.Kind.ENDED, id.value(), entry.endedVersion(), 0, 0));
    }
    if (entry.isTombstone()) {
      records.add(
          new Journal.Entry(
              Journal.Kind.REMOVED, id.value(), entry.removedAt(), entry.keepUntilMs(), 0));
    }
  }

  @Override
  public void close() throws IOException {
    journal.close();
  }
}
