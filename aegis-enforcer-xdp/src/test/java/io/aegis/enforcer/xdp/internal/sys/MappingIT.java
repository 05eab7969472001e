package io.aegis.enforcer.xdp.internal.sys;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.enforcer.xdp.internal.sys.Bpf.MapShape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Memory of a map: shared while mapped, an exception afterwards. */
@Tag("kernel")
class MappingIT {

  private static final int ARRAY = 2;
  private static final int MMAPABLE = 1 << 10;

  /** More than a page, and no whole number of pages. */
  private static final int ENTRIES = 513;

  private OwnedFd map;

  @BeforeEach
  void make() throws Exception {
    map = Bpf.createMap(new MapShape("mapping_test", ARRAY, 4, 16, ENTRIES, MMAPABLE, 0, 0));
  }

  @AfterEach
  void close() {
    map.close();
  }

  private long lookup(int index) throws Exception {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(16, 8);
      Bpf.lookup(map, arena.allocateFrom(JAVA_INT, index), value, 0);
      return value.get(JAVA_LONG, 0);
    }
  }

  @Test
  void writable_sharesEveryElement_withTheKernelAndWithReaders() throws Exception {
    try (Mapping writer = Mapping.writable(map, 16L * ENTRIES);
        Mapping reader = Mapping.readOnly(map, 16L * ENTRIES)) {
      for (int i = 0; i < ENTRIES; i++) {
        writer.segment().set(JAVA_LONG, 16L * i, i + 1);
      }
      assertThat(lookup(0)).isEqualTo(1);
      assertThat(lookup(ENTRIES - 1)).isEqualTo(ENTRIES);
      assertThat(reader.segment().get(JAVA_LONG, 16L * (ENTRIES - 1))).isEqualTo(ENTRIES);
    }
  }

  @Test
  void readOnly_refusesStores() throws Exception {
    try (Mapping reader = Mapping.readOnly(map, 16L * ENTRIES)) {
      assertThatThrownBy(() -> reader.segment().set(JAVA_LONG, 0, 1))
          .isInstanceOf(RuntimeException.class);
      assertThat(lookup(0)).isZero();
    }
  }

  @Test
  void closed_throws_andTheMapIsAsItWas() throws Exception {
    Mapping writer = Mapping.writable(map, 16L * ENTRIES);
    MemorySegment segment = writer.segment();
    segment.set(JAVA_LONG, 16, 7);
    writer.close();

    assertThatThrownBy(() -> segment.get(JAVA_LONG, 16)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> segment.set(JAVA_LONG, 16, 8))
        .isInstanceOf(IllegalStateException.class);
    assertThat(lookup(1)).isEqualTo(7);
  }

  @Test
  void frozenMap_isNotMappedToWrite() throws Exception {
    Bpf.freeze(map);
    assertThatThrownBy(() -> Mapping.writable(map, 16L * ENTRIES)).isInstanceOf(Errno.class);
    try (Mapping reader = Mapping.readOnly(map, 16L * ENTRIES)) {
      assertThat(reader.segment().get(JAVA_LONG, 0)).isZero();
    }
  }
}
