package io.aegis.enforcer.xdp.internal.table;

import static io.aegis.enforcer.xdp.internal.map.Layouts.GRANT_KEY;
import static io.aegis.enforcer.xdp.internal.map.Layouts.RECORD;
import static io.aegis.enforcer.xdp.internal.map.Layouts.offset;

import io.aegis.api.Grant;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The records of a table: what they hold, word by word. Thread-safe for readers beside one writer:
 * a reader learns from the generation whether what it read belongs together.
 */
final class Records {

  private static final boolean IS_LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  private static final long LOW = 0xFFFF_FFFFL;

  private static final long CLIENT = offset(GRANT_KEY, "client");
  private static final long SERVICE = offset(GRANT_KEY, "service");
  private static final long TAIL_AND_FLAGS = offset(GRANT_KEY, "port");
  private static final long HARD = offset(RECORD, "hard_boot_ns");
  private static final long SOFT = offset(RECORD, "soft_boot_ns");
  private static final long IDLE_AND_PORTS = offset(RECORD, "idle_ms");
  private static final long IN = offset(RECORD, "in_boot_ns");
  private static final long ID = offset(RECORD, "id");
  private static final long HARD_UNIX = offset(RECORD, "hard_unix_ms");
  private static final long SOFT_UNIX = offset(RECORD, "soft_unix_ms");
  private static final long GENERATION = offset(RECORD, "generation");
  private static final long OUT = offset(RECORD, "out_boot_ns");
  private static final long PACKETS = offset(RECORD, "packets");
  private static final long BYTES = offset(RECORD, "bytes");

  private final TableMemory memory;

  Records(TableMemory memory) {
    this.memory = memory;
  }

  /**
   * Fills a record that no slot names and no reader of the datapath holds.
   *
   * @param generation even, and later than those of all records before
   * @param seen what the grant has seen so far, and when idle time begins
   */
  void fill(int record, long generation, Terms terms, Seen seen) {
    memory.setWord(record, GENERATION, generation - 1);
    VarHandle.storeStoreFence(); // whoever sees a new word sees the odd generation
    Tuple tuple = terms.tuple();
    memory.setWord(record, CLIENT, tuple.client0());
    memory.setWord(record, CLIENT + Long.BYTES, tuple.client1());
    memory.setWord(record, SERVICE, tuple.service0());
    memory.setWord(record, SERVICE + Long.BYTES, tuple.service1());
    memory.setWord(record, TAIL_AND_FLAGS, join(tuple.tail(), terms.flags()));
    memory.setWord(record, HARD, terms.hardBootNs());
    memory.setWord(record, SOFT, terms.softBootNs());
    memory.setWord(record, IDLE_AND_PORTS, idleAndPorts(terms));
    memory.setWord(record, IN, seen.inBootNs());
    memory.setWord(record, ID, terms.id());
    memory.setWord(record, HARD_UNIX, terms.hardUnixMs());
    memory.setWord(record, SOFT_UNIX, terms.softUnixMs());
    memory.setWord(record, OUT, seen.outBootNs());
    memory.setWord(record, PACKETS, seen.packets());
    memory.setWord(record, BYTES, seen.bytes());
    memory.releaseWord(record, GENERATION, generation);
  }

  private static long idleAndPorts(Terms terms) {
    return join((int) terms.idleMs(), terms.tuple().ports());
  }

  private static long idleMs(long idleAndPorts) {
    return firstHalf(idleAndPorts) & LOW;
  }

  private static long join(int first, int second) {
    return IS_LITTLE
        ? (first & LOW) | ((long) second << 32)
        : ((long) first << 32) | (second & LOW);
  }

  private static int firstHalf(long joined) {
    return (int) (IS_LITTLE ? joined : joined >>> 32);
  }

  private static int secondHalf(long joined) {
    return (int) (IS_LITTLE ? joined >>> 32 : joined);
  }

  long id(int record) {
    return memory.word(record, ID);
  }

  long hardBootNs(int record) {
    return memory.word(record, HARD);
  }

  long hardUnixMs(int record) {
    return memory.word(record, HARD_UNIX);
  }

  long softUnixMs(int record) {
    return memory.word(record, SOFT_UNIX);
  }

  Tuple tuple(int record) {
    return new Tuple(
        memory.word(record, CLIENT),
        memory.word(record, CLIENT + Long.BYTES),
        memory.word(record, SERVICE),
        memory.word(record, SERVICE + Long.BYTES),
        firstHalf(memory.word(record, TAIL_AND_FLAGS)),
        secondHalf(memory.word(record, IDLE_AND_PORTS)));
  }

  /** Whether a record is of this tuple; of the writer. */
  boolean isOf(int record, Tuple tuple) {
    return isUnder(record, tuple)
        && secondHalf(memory.word(record, IDLE_AND_PORTS)) == tuple.ports();
  }

  /** Whether a record stands under the key of this tuple, whatever its ports; of the writer. */
  boolean isUnder(int record, Tuple tuple) {
    return memory.word(record, CLIENT + Long.BYTES) == tuple.client1()
        && memory.word(record, SERVICE + Long.BYTES) == tuple.service1()
        && firstHalf(memory.word(record, TAIL_AND_FLAGS)) == tuple.tail()
        && memory.word(record, CLIENT) == tuple.client0()
        && memory.word(record, SERVICE) == tuple.service0();
  }

  /**
   * Whether a record says the same as a grant, but for the soft expiry.
   *
   * @throws ArithmeticException if the grant's expiry is outside the range of a record's numbers
   */
  boolean isSameButSoft(int record, Grant grant) {
    return isOf(record, Tuple.of(grant.client(), grant.target()))
        && memory.word(record, HARD_UNIX) == grant.hardExpiry().toEpochMilli()
        && idleMs(memory.word(record, IDLE_AND_PORTS)) == Terms.idleMs(grant)
        && secondHalf(memory.word(record, TAIL_AND_FLAGS)) == Terms.flags(grant);
  }

  /** Reads what was asked for; of the writer, or checked by {@link #isStill}. */
  Terms terms(int record) {
    return new Terms(
        memory.word(record, ID),
        tuple(record),
        secondHalf(memory.word(record, TAIL_AND_FLAGS)),
        memory.word(record, HARD),
        memory.word(record, SOFT),
        idleMs(memory.word(record, IDLE_AND_PORTS)),
        memory.word(record, HARD_UNIX),
        memory.word(record, SOFT_UNIX));
  }

  /** Reads what the datapath wrote. */
  Seen seen(int record) {
    return new Seen(
        memory.word(record, IN),
        memory.word(record, OUT),
        memory.word(record, PACKETS),
        memory.word(record, BYTES));
  }

  /** Returns the generation of a record; what is read of it afterwards is checked with it. */
  long generation(int record) {
    long generation = memory.word(record, GENERATION);
    VarHandle.loadLoadFence();
    return generation;
  }

  /** Returns the latest even generation of all records, those in nobody's use included. */
  long lastGeneration() {
    long last = 0;
    for (int record = 0; record < memory.shape().records(); record++) {
      last = Math.max(last, memory.word(record, GENERATION));
    }
    return last + (last & 1);
  }

  /** Whether a record of this generation is not just being filled. */
  static boolean isFilled(long generation) {
    return (generation & 1) == 0;
  }

  /** Whether what was read since is all of one grant. */
  boolean isStill(int record, long generation) {
    VarHandle.loadLoadFence();
    return memory.word(record, GENERATION) == generation;
  }

  /** Moves the soft expiry of a grant in force: the word that counts first. */
  void extend(int record, long softBootNs, long softUnixMs) {
    memory.releaseWord(record, SOFT, softBootNs);
    memory.releaseWord(record, SOFT_UNIX, softUnixMs);
  }

  /** Adds to a grant in force what an earlier record of it has seen in the meantime. */
  void inherit(int record, Seen more) {
    memory.addToWord(record, PACKETS, more.packets());
    memory.addToWord(record, BYTES, more.bytes());
    raise(record, IN, more.inBootNs());
    raise(record, OUT, more.outBootNs());
  }

  private void raise(int record, long offset, long bootNs) {
    if (bootNs > memory.word(record, offset)) {
      memory.setWord(record, offset, bootNs);
    }
  }
}
