package io.aegis.enforcer.xdp.internal;

import static io.aegis.enforcer.xdp.internal.Frames.SYN;
import static io.aegis.enforcer.xdp.internal.Frames.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.UpdateResult;
import io.aegis.enforcer.spi.UpdateResult.Failed;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import io.aegis.enforcer.xdp.internal.table.TableShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The real program looks into the table on all cores while the writer inserts, moves, replaces,
 * removes and uses records again: what has its receipt as removed is never admitted, and what is in
 * force is never dropped.
 */
@Tag("kernel")
class TableStressIT {

  private static final int GRANTS = 110;
  private static final int STEADY = 60;

  /** So tight that grants make way all the time, and records are used again at once. */
  private static final TableShape TIGHT = new TableShape(GRANTS + 6, 16, 1024);

  private static final long SECONDS = 3;

  /** In the order of a grant's life; a number that is the same before and after is a fact. */
  private static final int ABSENT = 0;

  private static final int LIVE = 2;
  private static final int PHASES = 4;

  private final AtomicIntegerArray phases = new AtomicIntegerArray(2 * GRANTS);
  private final AtomicReference<@Nullable String> wrong = new AtomicReference<>();
  private final AtomicLong runs = new AtomicLong();
  private volatile boolean isOver;
  private Programs programs;
  private int openBefore;

  @BeforeEach
  void load() throws Exception {
    openBefore = OwnedFd.openCount();
    programs = new Programs(GRANTS, TIGHT);
  }

  @AfterEach
  void unload() {
    programs.close();
    assertThat(OwnedFd.openCount()).isEqualTo(openBefore);
  }

  private static IpAddress client(int number) {
    return new IpAddress(IpAddress.Family.IPV4, 0, 0x0A4D_0100L + number);
  }

  private static byte[] frame(int number) {
    byte[] packet = Frames.ipv4(TCP, Frames.tcp(40_000, 443, SYN));
    System.arraycopy(client(number).bytes(), 0, packet, 12, 4);
    return Frames.ipv4Frame(packet);
  }

  private Grant grant(int number) {
    return Grant.until(
        new GrantId(number + 1),
        client(number),
        number % 3 == 0 ? Examples.WIDE : Target.of(Examples.SERVICE, Protocol.TCP, 443),
        programs.clock.now().plusSeconds(600));
  }

  private void read(int seed) {
    var random = new Random(seed);
    byte[][] frames = new byte[phases.length()][];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = frame(i);
    }
    try {
      while (!isOver) {
        int i = random.nextInt(frames.length);
        int before = phases.get(i);
        boolean admitted = programs.admits(frames[i]);
        runs.incrementAndGet();
        int phase = before % PHASES;
        if (phases.get(i) == before && (phase == LIVE || phase == ABSENT)) {
          if (admitted != (phase == LIVE)) {
            wrong.set("grant " + (i + 1) + " was " + (admitted ? "admitted" : "dropped"));
          }
        }
      }
    } catch (Exception e) {
      wrong.set(e.toString());
    }
  }

  private void change(GrantUpdate update) throws Exception {
    List<Integer> touched = new ArrayList<>();
    update.removes().forEach(id -> touched.add((int) id.value() - 1));
    update.upserts().forEach(grant -> touched.add((int) grant.id().value() - 1));
    // What is live and replaced stays live: only grants that come or go change their phase.
    touched.removeIf(i ->
        phases.get(i) % PHASES == LIVE
            && update.removes().stream().noneMatch(id -> id.value() == i + 1));
    touched.removeIf(i ->
        phases.get(i) % PHASES == ABSENT
            && update.upserts().stream().noneMatch(grant -> grant.id().value() == i + 1));
    touched.forEach(phases::getAndIncrement);
    UpdateResult result = programs.grants.apply(update);
    var failed =
        result.failures().stream()
            .map(Failed::grantId)
            .map(GrantId::value)
            .collect(Collectors.toSet());
    for (int i : touched) {
      boolean stays = failed.contains((long) i + 1);
      phases.addAndGet(i, stays ? PHASES - 1 : 1);
    }
  }

  private void write(Random random) throws Exception {
    var removes = new ArrayList<GrantId>();
    var upserts = new ArrayList<Grant>();
    for (int n = random.nextInt(12); n >= 0; n--) {
      int i = STEADY + random.nextInt(phases.length() - STEADY);
      boolean isThere =
          removes.contains(new GrantId(i + 1))
              || upserts.stream().anyMatch(grant -> grant.id().value() == i + 1);
      if (isThere) {
        continue;
      }
      boolean isLive = phases.get(i) % PHASES == LIVE;
      if (isLive && random.nextInt(3) > 0) {
        removes.add(new GrantId(i + 1));
      } else {
        upserts.add(grant(i));
      }
    }
    upserts.add(grant(random.nextInt(STEADY))); // replaced by itself, never absent
    change(new GrantUpdate(removes, upserts, List.of()));
  }

  @Test
  void readersOnAllCores_neverMissALiveGrant_andNeverMeetARemovedOne() throws Exception {
    for (int i = 0; i < STEADY; i++) {
      change(GrantUpdate.adding(grant(i)));
    }
    var readers = new ArrayList<Thread>();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      int seed = i;
      readers.add(Thread.ofPlatform().name("reader-" + i).start(() -> read(seed)));
    }
    var random = new Random(1);
    int updates = 0;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (System.nanoTime() < end && wrong.get() == null) {
      write(random);
      updates++;
    }
    isOver = true;
    for (Thread reader : readers) {
      reader.join();
    }

    assertThat(wrong.get()).isNull();
    assertThat(runs.get()).isGreaterThan(10_000);
    assertThat(updates).isGreaterThan(20);
    assertThat(programs.reader.grants()).hasSizeBetween(STEADY, GRANTS);
  }
}
