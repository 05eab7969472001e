package io.aegis.examples.nftables;

import io.aegis.api.Grant;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Changes of grants as one transaction of nft, in the order in which they are made. */
final class Transaction {
  /**
   * nft starts the timeouts a little after the clock was read: grants end as much too early as that
   * may take, rather than too late.
   */
  private static final Duration EARLY = Duration.ofMillis(25);

  private static final Duration EARLY_FOR_EACH = Duration.ofNanos(50_000);

  /** The most that nft takes; whoever needs more renews it once in a lifetime. */
  private static final Duration LONGEST = Duration.ofDays(3_650);

  private final StringBuilder text = new StringBuilder();
  private final String table;
  private final Instant now;
  private final Duration early;

  /**
   * Begins a transaction.
   *
   * @param table the table
   * @param now the time of the change
   * @param items how many changes there will be
   */
  Transaction(String table, Instant now, int items) {
    this.table = table;
    this.now = now;
    early = EARLY.plus(EARLY_FOR_EACH.multipliedBy(items));
  }

  String text() {
    return text.toString();
  }

  /** Takes a grant away with everything that belongs to its key. */
  void remove(Grant grant) {
    clear(grant);
    delete(grant, "seen");
  }

  /** Takes a grant away, but not what it has counted. */
  void clear(Grant grant) {
    delete(grant, "grants");
    delete(grant, "alive");
    if (grant.needsLease()) {
      delete(grant, "leased");
    }
    grant
        .idleLimit()
        .ifPresent(idle -> List.of("idle", idleSet(idle)).forEach(s -> delete(grant, s)));
  }

  /** Puts a grant whose key is clear. One that has ended is left out: it admits nothing. */
  void add(Grant grant) {
    mark(grant);
    grant.idleLimit().ifPresent(idle -> element(grant, "alive", timeout(idle)));
    time(grant);
  }

  /** Says of a key that it needs the lease, or has an idle limit. */
  void mark(Grant grant) {
    if (grant.needsLease()) {
      element(grant, "leased", "");
    }
    grant
        .idleLimit()
        .ifPresent(idle -> {
          element(grant, "idle", "");
          element(grant, idleSet(idle), "");
        });
  }

  /**
   * Takes marks away, whoseever they are: those of grants that ended while nobody had the instance
   * open are still there.
   *
   * @param purposes sets of every lane
   * @param idleLimits idle limits whose sets are emptied too, in milliseconds
   */
  static String forgetMarks(String table, List<String> purposes, Collection<Long> idleLimits) {
    var sets = new ArrayList<>(purposes);
    idleLimits.forEach(millis -> sets.add(idleSet(Duration.ofMillis(millis))));
    var text = new StringBuilder();
    for (Lane lane : Lane.values()) {
      sets.forEach(set -> text.append("flush set %s %s\n".formatted(table, lane.set(set))));
    }
    return text.toString();
  }

  /** Moves the end of a grant that is there. */
  void extend(Grant grant) {
    delete(grant, "grants");
    time(grant);
  }

  private void time(Grant grant) {
    Duration left = left(grant);
    if (left.toMillis() > 0) {
      element(grant, "grants", timeout(left) + " comment \"" + GrantNote.of(grant) + "\"");
    }
  }

  private Duration left(Grant grant) {
    return grant.softExpiry().isAfter(now.plus(LONGEST))
        ? LONGEST
        : Duration.between(now, grant.softExpiry()).minus(early);
  }

  static String timeout(Duration duration) {
    Duration most = duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
    // In parts: nft takes no number of more than eight digits.
    int seconds = most.toSecondsPart() + 60 * (most.toMinutesPart() + 60 * most.toHoursPart());
    return " timeout %dd%ds%dms".formatted(most.toDays(), seconds, most.toMillisPart());
  }

  static String idleSet(Duration idle) {
    return "idle_" + idle.toMillis();
  }

  /** Deleting what is not there would fail the transaction; adding what is there does not. */
  private void delete(Grant grant, String purpose) {
    element(grant, purpose, "");
    line("delete", grant, purpose, "");
  }

  private void element(Grant grant, String purpose, String more) {
    line("add", grant, purpose, more);
  }

  private void line(String verb, Grant grant, String purpose, String more) {
    Lane lane = Lane.of(grant);
    text.append(verb)
        .append(" element ")
        .append(table)
        .append(' ')
        .append(lane.set(purpose))
        .append(" { ")
        .append(lane.key(grant))
        .append(more)
        .append(" }\n");
  }
}
