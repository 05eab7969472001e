package io.aegis.enforcer.xdp.internal.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.enforcer.xdp.internal.map.Layouts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TableKeyTest {

  private static final TableShape SHAPE = TableShape.of(65_536);

  private final TableKey key = TableKey.random(SHAPE);

  private static Tuple tuple(int client) {
    return Tuple.of(
        new IpAddress(IpAddress.Family.IPV4, 0, 0x0A4D_0000L + client),
        Target.of(IpAddress.parse("10.77.9.1"), Protocol.TCP, 443));
  }

  @Test
  void shape_leavesHalfOfTheSlotsFree_andHasSpareRecords() {
    for (int grants : new int[] {1, 64, 65, 1000, 65_536, 1_000_000, 4_194_304}) {
      TableShape shape = TableShape.of(grants);
      assertThat((long) shape.lines() * TableShape.LINE_SLOTS).isGreaterThanOrEqualTo(2L * grants);
      assertThat((long) shape.filterBits()).isGreaterThanOrEqualTo(8L * grants);
      assertThat(shape.records()).isGreaterThanOrEqualTo(grants + 64);
    }
  }

  @Test
  void otherLine_ofTheOtherLine_isTheFirst_andNeverTheSame() {
    var random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      int line = random.nextInt(SHAPE.lines());
      int tag = random.nextInt() | 1;
      int other = key.otherLine(line, tag);
      assertThat(other).isBetween(0, SHAPE.lines() - 1).isNotEqualTo(line);
      assertThat(key.otherLine(other, tag)).isEqualTo(line);
    }
  }

  @Test
  void bytes_areReadBack() {
    byte[] bytes = key.bytes();
    assertThat(bytes).hasSize((int) Layouts.TABLE.byteSize());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(bytes.length, 8);
      assertThatIllegalArgumentException().isThrownBy(() -> TableKey.of(memory));

      TableKey same = TableKey.of(memory.copyFrom(MemorySegment.ofArray(bytes)));

      assertThat(same.bytes()).isEqualTo(bytes);
      assertThat(same.shape(SHAPE.records())).isEqualTo(SHAPE);
      assertThat(same.hash(tuple(1))).isEqualTo(key.hash(tuple(1)));
    }
  }

  @Test
  void hash_ofNeighbouringClients_spreadsOverLinesAndTags_underEveryKey() {
    for (int tries = 0; tries < 20; tries++) {
      TableKey each = TableKey.random(SHAPE);
      int[] load = new int[SHAPE.lines()];
      int[] tags = new int[65_536];
      for (int i = 0; i < tags.length; i++) {
        long hash = each.hash(tuple(i));
        load[each.line(hash)]++;
        tags[i] = TableKey.tag(hash);
      }
      // Four in a line on average: that one has more than 25 happens once in 10^8 tables.
      assertThat(Arrays.stream(load).max().orElse(0)).isLessThan(25);
      assertThat(Arrays.stream(tags).distinct().count()).isGreaterThan(65_500);
    }
  }

  @Test
  void hash_underAnotherKey_isAnother() {
    assertThat(TableKey.random(SHAPE).hash(tuple(1))).isNotEqualTo(key.hash(tuple(1)));
  }
}
