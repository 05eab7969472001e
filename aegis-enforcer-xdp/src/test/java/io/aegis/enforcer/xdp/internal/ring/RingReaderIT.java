package io.aegis.enforcer.xdp.internal.ring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.enforcer.xdp.internal.TestObjects;
import io.aegis.enforcer.xdp.internal.elf.CollectionSpec;
import io.aegis.enforcer.xdp.internal.load.Loader;
import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Owned;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import io.aegis.enforcer.xdp.internal.sys.Waiter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A ring that a program fills as frames say ({@code bpf/ring.bpf.c}), and our reader. */
@Tag("kernel")
@Timeout(60)
class RingReaderIT {

  private static final int RING = 1 << 16;
  private static final int LONG = 1001;
  private static final int SHORT = 64;
  private static final long LONG_TIME = 60_000_000_000L;

  private final Owned owned = new Owned();
  private final List<Long> read = new ArrayList<>();
  private int openBefore;
  private OwnedFd ring;
  private OwnedFd program;
  private RingReader reader;

  @BeforeEach
  void load() throws Exception {
    openBefore = OwnedFd.openCount();
    CollectionSpec spec = CollectionSpec.parse(TestObjects.ring());
    Loader loader = owned.own(Loader.of(spec));
    ring = owned.own(loader.createMap(spec.map("ring_records")));
    program = owned.own(loader.loadProgram("ring_put", Map.of("ring_records", ring), Map.of(), 0));
    reader = owned.own(RingReader.open(ring, RING));
  }

  @AfterEach
  void close() {
    owned.close();
    assertThat(OwnedFd.openCount()).isEqualTo(openBefore);
  }

  /** False if the ring was full. */
  private boolean put(long number, boolean isLong, boolean isDiscarded) throws Errno {
    byte[] frame =
        ByteBuffer.allocate(64)
            .order(ByteOrder.nativeOrder())
            .putLong(number)
            .put((byte) (isLong ? 1 : 0))
            .put((byte) (isDiscarded ? 1 : 0))
            .array();
    int returned = BpfProg.testRun(program, frame, 1).returned();
    assertThat(returned).isBetween(1, 2);
    return returned == 2;
  }

  private int drain() {
    return reader.drain((records, at, length) -> {
      assertThat(length).isIn(SHORT, LONG);
      assertThat(at % 8).isZero();
      // The last byte is there too, however the record lies at the end of the ring.
      assertThat(records.asSlice(at, length).byteSize()).isEqualTo(length);
      read.add(records.get(JAVA_LONG, at));
    });
  }

  @Test
  void records_ofAllLengths_comeInOrder_overManyTurnsOfTheRing() throws Exception {
    var random = new Random(1);
    long put = 0;
    while (put < 2_000) { // about a megabyte: sixteen turns
      int batch = random.nextInt(40);
      for (int i = 0; i < batch; i++) {
        assertThat(put(put++, random.nextBoolean(), false)).isTrue();
      }
      assertThat(drain()).isEqualTo(batch);
    }
    assertThat(read).containsExactlyElementsOf(LongStream.range(0, put).boxed().toList());
    assertThat(drain()).isZero();
  }

  @Test
  void discardedRecords_arePassedOver() throws Exception {
    for (int i = 0; i < 600; i++) {
      assertThat(put(i, i % 2 == 0, i % 3 != 0)).isTrue();
      if (i % 20 == 19) {
        drain();
      }
    }
    assertThat(read)
        .containsExactlyElementsOf(LongStream.range(0, 200).map(i -> 3 * i).boxed().toList());
  }

  @Test
  void fullRing_refusesTheNewest_andTakesAgainWhatWasRead() throws Exception {
    long put = 0;
    while (put(put, true, false)) {
      put++;
    }
    assertThat(put).isBetween((long) RING / 1_016, (long) RING / 1_001);
    assertThat(put(-1, true, false)).isFalse();

    assertThat(drain()).isEqualTo((int) put);
    assertThat(read).containsExactlyElementsOf(LongStream.range(0, put).boxed().toList());
    assertThat(put(put, true, false)).isTrue();
    assertThat(drain()).isEqualTo(1);
  }

  @Test
  void takerThatThrows_losesThatRecordAlone() throws Exception {
    put(1, false, false);
    put(2, false, false);
    assertThatThrownBy(() ->
            reader.drain((_, _, _) -> {
              throw new IllegalStateException("as the test says");
            }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(drain()).isEqualTo(1);
    assertThat(read).containsExactly(2L);
  }

  @Test
  void waiting_endsWithARecord_andForGoodWithStop() throws Exception {
    try (Waiter waiter = Waiter.create()) {
      assertThat(waiter.await(ring, 1)).isTrue(); // the time is over
      var failure = new AtomicReference<Throwable>();
      Thread thread =
          Thread.ofPlatform()
              .name("ring-reader-test")
              .uncaughtExceptionHandler((_, e) -> failure.set(e))
              .start(() -> readUntilStopped(waiter));
      for (long i = 0; i < 5_000; i++) {
        while (!put(i, i % 2 == 0, false)) { // full: the reader makes room
          requireAlive(failure);
        }
      }
      while (sizeOfRead() < 5_000) {
        requireAlive(failure);
      }
      waiter.stop();
      thread.join();
      assertThat(failure.get()).isNull();
      assertThat(read).containsExactlyElementsOf(LongStream.range(0, 5_000).boxed().toList());
    }
  }

  private static void requireAlive(AtomicReference<Throwable> failure) {
    assertThat(failure.get()).isNull();
    assertThat(Thread.interrupted()).as("the time of this test is over").isFalse();
    Thread.onSpinWait();
  }

  private int sizeOfRead() {
    synchronized (read) {
      return read.size();
    }
  }

  private void readUntilStopped(Waiter waiter) {
    try {
      while (waiter.await(ring, LONG_TIME)) {
        synchronized (read) {
          drain();
        }
      }
    } catch (Errno e) {
      throw new IllegalStateException(e);
    }
  }
}
