package io.aegis.enforcer.xdp.internal.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.UpdateResult.Failed;
import io.aegis.enforcer.xdp.internal.map.Layouts;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class GrantTableTest {

  private final HeapTable heap = new HeapTable(TableShape.of(1000));
  private final GrantTable table = heap.open(1000);

  private static Grant grant(long id, int client) {
    return Grant.until(
        new GrantId(id),
        new IpAddress(IpAddress.Family.IPV4, 0, 0x0A4D_0000L + client),
        Target.of(IpAddress.parse("10.77.9.1"), Protocol.TCP, 443),
        HeapTable.NOW.plusSeconds(60));
  }

  private static List<Grant> grants(int first, int count) {
    var grants = new ArrayList<Grant>();
    for (int i = first; i < first + count; i++) {
      grants.add(grant(i, i));
    }
    return grants;
  }

  private static GrantUpdate adding(List<Grant> grants) {
    return new GrantUpdate(List.of(), grants, List.of());
  }

  private int slotsInUse() {
    int used = 0;
    for (int at = 0; at < heap.memory.positions(); at++) {
      used += heap.memory.slot(at) != 0 ? 1 : 0;
    }
    return used;
  }

  @Test
  void additions_toAFreshTable_waitOnce_andRemovalsOncePerUpdate() throws Exception {
    table.apply(adding(grants(1, 500)));
    table.apply(adding(grants(501, 400)));
    assertThat(heap.waits).isEqualTo(1); // for what an earlier process may have freed

    table.apply(GrantUpdate.removing(new GrantId(1), new GrantId(2), new GrantId(3)));
    assertThat(heap.waits).isEqualTo(2);

    table.apply(GrantUpdate.removing(new GrantId(1))); // gone already, and waited for
    assertThat(heap.waits).isEqualTo(2);
  }

  @Test
  void removal_isDoneBeforeTheWait_andItsRecordIsUsedAgainOnlyAfterIt() throws Exception {
    table.apply(adding(grants(1, 1000)));
    var seen = new ArrayList<List<Long>>();
    heap.duringWait = () -> seen.add(heap.found(grant(7, 7)));

    table.apply(new GrantUpdate(List.of(new GrantId(7)), List.of(grant(1001, 2001)), List.of()));

    assertThat(seen).containsExactly(List.of());
    assertThat(heap.found(grant(1001, 2001))).containsExactly(1001L);
  }

  @Test
  void overfull_table_refusesWhatDoesNotFit_andTouchesNothingElse() throws Exception {
    table.apply(adding(grants(1, 1000)));
    var before = heap.reader.grants();

    var result = table.apply(new GrantUpdate(List.of(new GrantId(5)), grants(1001, 50), List.of()));

    assertThat(result.failures()).hasSize(49).extracting(Failed::kind).containsOnly(Kind.EXHAUSTED);
    assertThat(result.failures().getFirst().message()).contains("full (1000 grants)");
    var expected = new ArrayList<>(before);
    expected.removeIf(grant -> grant.id().value() == 5);
    expected.add(grant(1001, 1001));
    assertThat(heap.reader.grants()).containsExactlyElementsOf(expected);
  }

  @Test
  void fullTable_makesRoomForANewGrant_whereOthersHaveExpiredForGood() throws Exception {
    table.apply(adding(grants(1, 1000)));
    heap.bootNow += 61_000_000_000L;
    Grant later =
        Grant.until(
            new GrantId(2000),
            grant(1, 5000).client(),
            grant(1, 1).target(),
            HeapTable.NOW.plusSeconds(600));

    assertThat(table.apply(GrantUpdate.adding(later)).failures()).isEmpty();

    assertThat(heap.reader.grants()).containsExactly(later);
    assertThat(slotsInUse()).isEqualTo(1);
  }

  @Test
  void fifthGrant_forOneTuple_isExhausted_butNotTheUpsertOfOneOfTheFour() throws Exception {
    for (int id = 1; id <= 4; id++) {
      assertThat(table.apply(GrantUpdate.adding(grant(id, 9))).failures()).isEmpty();
    }
    assertThat(table.apply(GrantUpdate.adding(grant(5, 9))).failures().getFirst().kind())
        .isEqualTo(Kind.EXHAUSTED);
    assertThat(table.apply(GrantUpdate.adding(grant(3, 9))).failures()).isEmpty();
    assertThat(heap.found(grant(1, 9))).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
  }

  @Test
  void replacement_inheritsWhatTheGrantHasSeen_alsoDuringTheWait() throws Exception {
    table.apply(GrantUpdate.adding(grant(1, 1)));
    var records = new Records(heap.memory);
    int old = table.index.get(1);
    records.inherit(old, new Seen(HeapTable.BOOT_NOW + 3, 0, 10, 1000));
    var found = new ArrayList<List<Long>>();
    heap.duringWait =
        () -> {
          found.add(heap.found(grant(1, 1)));
          records.inherit(old, new Seen(HeapTable.BOOT_NOW + 5, HeapTable.BOOT_NOW + 4, 2, 200));
        };

    table.apply(GrantUpdate.adding(grant(1, 1).withNeedsLease(true)));

    // A reader that had passed the new slot's place still finds the old one.
    assertThat(found).containsExactly(List.of(1L, 1L));
    assertThat(table.index.get(1)).isNotEqualTo(old);
    assertThat(records.seen(table.index.get(1)))
        .isEqualTo(new Seen(HeapTable.BOOT_NOW + 5, HeapTable.BOOT_NOW + 4, 12, 1200));
    assertThat(slotsInUse()).isEqualTo(1);

    // What a run adds that had found the old one before it was cleared comes with the next wait.
    table.apply(GrantUpdate.adding(grant(2, 2)));
    table.apply(GrantUpdate.removing(new GrantId(2)));
    assertThat(records.seen(table.index.get(1)))
        .isEqualTo(new Seen(HeapTable.BOOT_NOW + 5, HeapTable.BOOT_NOW + 4, 14, 1400));
  }

  @Test
  void allFour_ofOneTuple_areReplacedInOneUpdate() throws Exception {
    var four = new ArrayList<Grant>();
    for (int id = 1; id <= 4; id++) {
      four.add(grant(id, 9));
    }
    table.apply(adding(four));

    four.replaceAll(each -> each.withNeedsLease(true));
    assertThat(table.apply(adding(four)).failures()).isEmpty();

    assertThat(heap.reader.grants()).containsExactlyElementsOf(four);
    assertThat(heap.found(grant(1, 9))).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
  }

  @Test
  void replacements_ofAll_workWithFewSpareRecords() throws Exception {
    var tight = new HeapTable(new TableShape(105, 64, 1024));
    GrantTable full = tight.open(100);
    full.apply(adding(grants(1, 100)));
    List<Grant> renewed = grants(1, 100).stream().map(each -> each.withNeedsLease(true)).toList();
    tight.duringWait =
        () -> grants(1, 100).forEach(each -> assertThat(tight.found(each)).isNotEmpty());

    assertThat(full.apply(adding(renewed)).failures()).isEmpty();

    assertThat(tight.reader.grants()).containsExactlyElementsOf(renewed);
    assertThat(full.apply(adding(grants(1, 100))).failures()).isEmpty(); // nothing leaked
    assertThat(tight.reader.grants()).containsExactlyElementsOf(grants(1, 100));
  }

  @Test
  void grant_thatMovesToAnotherTuple_beginsAnew() throws Exception {
    table.apply(GrantUpdate.adding(grant(1, 1)));
    var records = new Records(heap.memory);
    records.inherit(table.index.get(1), new Seen(HeapTable.BOOT_NOW + 3, 0, 10, 1000));

    table.apply(GrantUpdate.adding(grant(1, 2)));

    assertThat(heap.found(grant(1, 1))).isEmpty();
    assertThat(records.seen(table.index.get(1))).isEqualTo(Seen.nothingSince(HeapTable.BOOT_NOW));
  }

  @Test
  void removal_thatCouldNotBeWaitedFor_hasNoReceipt_butIsDone_andIsWaitedForNextTime()
      throws Exception {
    table.apply(adding(grants(1, 3)));
    heap.failsToWait = true;
    assertThatThrownBy(() -> table.apply(GrantUpdate.removing(new GrantId(1))))
        .isInstanceOf(Errno.class);
    assertThat(heap.found(grant(1, 1))).isEmpty();

    heap.failsToWait = false;
    int waits = heap.waits;
    assertThat(table.apply(GrantUpdate.removing(new GrantId(1))).receipts()).hasSize(1);
    assertThat(heap.waits).isEqualTo(waits + 1);
  }

  @Test
  void crowdedLines_makeWay_andNoGrantIsMissedMeanwhile() throws Exception {
    // Sixteen lines of eight for 127 grants: the last ones find no room unless others make way.
    var tight = new HeapTable(new TableShape(160, 16, 1024));
    GrantTable crowded = tight.open(127);
    var inForce = new ArrayList<Grant>();
    tight.duringWait =
        () -> inForce.forEach(each -> assertThat(tight.found(each)).contains(each.id().value()));
    int placed = 0;
    for (Grant each : grants(1, 127)) {
      if (crowded.apply(GrantUpdate.adding(each)).failures().isEmpty()) {
        inForce.add(each);
        placed++;
      }
    }
    assertThat(placed).isGreaterThan(120);
    assertThat(tight.waits).isGreaterThan(1);
    assertThat(tight.reader.grants()).containsExactlyElementsOf(inForce);
    for (Grant each : inForce) {
      assertThat(tight.found(each)).containsExactly(each.id().value());
    }
  }

  @Test
  void adoption_ofAnInterruptedMove_leavesOneSlotPerGrant() throws Exception {
    var tight = new HeapTable(new TableShape(160, 16, 1024));
    GrantTable crowded = tight.open(127);
    var inForce = new ArrayList<Grant>();
    tight.failsToWait = false;
    for (Grant each : grants(1, 127)) {
      tight.failsToWait = tight.waits > 0; // the first wait is for what was there before
      if (crowded.apply(GrantUpdate.adding(each)).failures().isEmpty()) {
        inForce.add(each);
      }
    }
    assertThat(tight.waits).isGreaterThan(1); // moves were begun and given up

    tight.failsToWait = false;
    tight.open(127);

    int used = 0;
    for (int at = 0; at < tight.memory.positions(); at++) {
      used += tight.memory.slot(at) != 0 ? 1 : 0;
    }
    assertThat(used).isEqualTo(inForce.size());
    assertThat(tight.reader.grants()).containsExactlyElementsOf(inForce);
  }

  @Test
  void adoption_ofGarbage_clearsIt() throws Exception {
    table.apply(adding(grants(1, 10)));
    int free = 0;
    while (heap.memory.slot(free) != 0) {
      free++;
    }
    heap.memory.publish(free, TableMemory.slot(77, 5)); // a record with another tag
    int next = free + 1;
    while (heap.memory.slot(next) != 0) {
      next++;
    }
    heap.memory.publish(next, -1L); // a record that there is not
    heap.memory.setFilterBit(3);

    GrantTable adopted = heap.open(1000);

    assertThat(slotsInUse()).isEqualTo(10);
    assertThat(heap.reader.grants()).hasSize(10);
    assertThat(adopted.index.size()).isEqualTo(10);
    for (Grant each : grants(1, 10)) {
      assertThat(heap.found(each)).containsExactly(each.id().value());
    }
  }

  @Test
  void adoption_ofAGrantWithTwoRecords_keepsTheLaterOne() throws Exception {
    table.apply(GrantUpdate.adding(grant(1, 1)));
    heap.bootNow += 1000;
    heap.failsToWait = true;
    // As if killed before the old slot was cleared: publish what a replacement would.
    var terms = Terms.of(grant(1, 2), heap.clock().moment());
    int record = 900;
    new Records(heap.memory).fill(record, table.nextGeneration(), terms, Seen.NOTHING);
    long hash = heap.key.hash(terms.tuple());
    int position = heap.key.line(hash) * TableShape.LINE_SLOTS + 7;
    heap.memory.setFilterBit(heap.key.filterBit(TableKey.tag(hash)));
    heap.memory.publish(position, TableMemory.slot(TableKey.tag(hash), record));

    heap.open(1000);

    assertThat(heap.reader.grants()).containsExactly(grant(1, 2));
    assertThat(heap.found(grant(1, 1))).isEmpty();
    assertThat(heap.found(grant(1, 2))).containsExactly(1L);
  }

  @Test
  void generations_goOnWhereAnEarlierWriterDiedWhileItFilledARecord() throws Exception {
    table.apply(adding(grants(1, 3)));
    var records = new Records(heap.memory);
    long last = records.lastGeneration();
    assertThat(last).isEqualTo(6);
    int record = table.index.get(2);
    long odd = records.generation(record) + 7;
    heap.memory.setWord(900, Layouts.offset(Layouts.RECORD, "generation"), odd);

    GrantTable adopted = heap.open(1000);

    assertThat(adopted.nextGeneration()).isEven().isGreaterThan(odd);
  }

  @Test
  void record_ofAnExactGrant_hasItsPortAsFirstAndLast_andItsIdleLimit() throws Exception {
    table.apply(GrantUpdate.adding(grant(1, 1).withIdleLimit(Duration.ofMillis(2345))));
    int record = table.index.get(1);

    long word = heap.memory.word(record, Layouts.offset(Layouts.RECORD, "idle_ms"));
    var bytes = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(0, word);
    assertThat(bytes.getInt(0)).isEqualTo(2345);
    assertThat(bytes.getShort(4)).isEqualTo((short) 443);
    assertThat(bytes.getShort(6)).isEqualTo((short) 443);
  }

  @Test
  void idleLimit_longerThanARecordCanHold_isRefused_andOneThatJustFitsIsKept() throws Exception {
    Grant longest = grant(1, 1).withIdleLimit(Duration.ofMillis(0xFFFF_FFFFL));
    assertThat(table.apply(GrantUpdate.adding(longest)).failures()).isEmpty();
    assertThat(heap.reader.grants()).containsExactly(longest);
    assertThat(table.replace(List.of(longest)).outcomes()).as("it is as it should be").isEmpty();

    Grant longer = grant(1, 1).withIdleLimit(Duration.ofMillis(0x1_0000_0000L));
    Failed failed = table.apply(GrantUpdate.adding(longer)).failures().getFirst();

    assertThat(failed.kind()).isEqualTo(Kind.UNSUPPORTED);
    assertThat(failed.message()).contains("idle limit", "49 days");
    assertThat(heap.reader.grants()).isEmpty();
  }

  @Test
  void filter_forgetsWhatIsGone() throws Exception {
    table.apply(adding(grants(1, 1000)));
    table.replace(List.of());

    for (int bit = 0; bit < heap.memory.shape().filterBits(); bit++) {
      assertThat(heap.memory.filterBit(bit)).isFalse();
    }
    assertThat(slotsInUse()).isZero();
  }

  private static Grant wide(long id, String prefix, String ports) {
    return Grant.until(
        new GrantId(id),
        IpAddress.parse("10.77.0.1"),
        new Target(Prefix.parse(prefix), Protocol.TCP, PortRange.parse(ports)),
        HeapTable.NOW.plusSeconds(60));
  }

  private List<Long> widths() {
    return LongStream.range(0, 2L * Widths.MOST)
        .map(place -> heap.memory.width((int) place))
        .filter(width -> width != 0)
        .boxed()
        .toList();
  }

  @Test
  void widths_areThereForAsLongAsAGrantHasThem() throws Exception {
    assertThat(heap.memory.usedWidths(0)).isZero();
    table.apply(adding(List.of(wide(1, "10.77.9.0/24", "any"), wide(2, "10.77.8.0/24", "any"))));
    assertThat(widths()).containsExactly((16L + 24) << 8 | 16);
    table.apply(adding(List.of(wide(3, "10.0.0.0/8", "443"))));
    assertThat(heap.memory.usedWidths(0)).isEqualTo(2);
    assertThat(heap.memory.usedWidths(1)).isZero();
    table.apply(GrantUpdate.removing(new GrantId(1)));
    assertThat(widths()).hasSize(2);
    table.apply(GrantUpdate.removing(new GrantId(2)));
    assertThat(widths()).containsExactly((16L + 8) << 8 | 1);
    assertThat(heap.found(wide(3, "10.0.0.0/8", "443"))).containsExactly(3L);
    table.apply(GrantUpdate.removing(new GrantId(3)));
    assertThat(widths()).isEmpty();
    assertThat(heap.memory.usedWidths(0)).isZero();
    for (int bit = 0; bit < heap.memory.shape().filterBits(); bit++) {
      assertThat(heap.memory.filterBit(bit)).isFalse();
    }
  }

  @Test
  void widthTooMany_isExhausted_andFitsOnceAnotherIsGone() throws Exception {
    for (int length = 0; length < Widths.MOST; length++) {
      table.apply(adding(List.of(wide(length + 1, "0.0.0.0/" + length, "any"))));
    }
    Grant more = wide(100, "0.0.0.0/0", "443");
    assertThat(table.apply(adding(List.of(more))).failures())
        .singleElement()
        .satisfies(failed -> {
          assertThat(failed.kind()).isEqualTo(Kind.EXHAUSTED);
          assertThat(failed.message()).contains(Widths.MOST + " lengths", "0.0.0.0/0 port 443");
        });
    assertThat(heap.found(more)).isEmpty();
    assertThat(table.apply(adding(List.of(wide(101, "10.0.0.0/8", "any")))).failures())
        .as("a width that is in use")
        .isEmpty();
    table.apply(GrantUpdate.removing(new GrantId(1)));
    assertThat(table.apply(adding(List.of(more))).failures()).isEmpty();
    assertThat(heap.found(more)).containsExactly(100L);
  }

  @Test
  void ninthRangeInOneBlock_isExhausted_andOthersGoOn() throws Exception {
    for (int i = 1; i <= GrantTable.MOST_PER_KEY; i++) {
      assertThat(table.apply(adding(List.of(wide(i, "10.77.9.0/24", i + "-200")))).failures())
          .isEmpty();
    }
    Grant ninth = wide(9, "10.77.9.0/24", "9-200");
    assertThat(table.apply(adding(List.of(ninth))).failures())
        .extracting(Failed::kind)
        .containsExactly(Kind.EXHAUSTED);
    assertThat(table.apply(adding(List.of(wide(10, "10.77.9.0/24", "1000-1010")))).failures())
        .isEmpty();
    // Each gets a new form, for which both lines have just as much room.
    List<Grant> anew = new ArrayList<>();
    for (int i = 1; i <= GrantTable.MOST_PER_KEY; i++) {
      anew.add(wide(i, "10.77.9.0/24", i + "-200").withNeedsLease(true));
    }
    assertThat(table.apply(adding(anew)).failures()).isEmpty();
    assertThat(heap.reader.grants()).containsAll(anew).hasSize(GrantTable.MOST_PER_KEY + 1);
  }

  @Test
  void adoption_keepsTheWidthsInUse_andClearsTheOthers() throws Exception {
    table.apply(adding(List.of(wide(1, "10.77.9.0/24", "any"), wide(2, "10.0.0.0/8", "443"))));
    table.apply(GrantUpdate.removing(new GrantId(1)));
    heap.memory.setWidth(7, 12_345); // of a writer that was killed before it published
    heap.memory.setUsedWidths(0, 8);
    GrantTable again = heap.open(1000);
    assertThat(widths()).containsExactly((16L + 8) << 8 | 1);
    assertThat(heap.memory.usedWidths(0)).isEqualTo(2);
    assertThat(heap.found(wide(2, "10.0.0.0/8", "443"))).containsExactly(2L);
    again.apply(GrantUpdate.removing(new GrantId(2)));
    assertThat(widths()).isEmpty();
  }
}
