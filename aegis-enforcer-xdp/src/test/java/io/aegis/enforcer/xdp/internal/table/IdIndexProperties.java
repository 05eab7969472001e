package io.aegis.enforcer.xdp.internal.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The index against a plain map. */
class IdIndexProperties {

  /** Each number is an id to put, or its negative an id to remove; few ids, so that they meet. */
  @Property(tries = 300)
  void index_afterAnyHistory_isThePlainMap(
      @ForAll @Size(max = 400) List<@IntRange(min = -150, max = 150) Integer> steps) {
    var index = new IdIndex();
    Map<Long, Integer> model = new HashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      if (i % 7 == 0) {
        index.expect(i);
      }
      // Spread out, so that some start at the same place and wrap around the end.
      long id = Math.abs(steps.get(i)) * 0x1_0000_0001L + 1;
      if (steps.get(i) >= 0) {
        assertThat(index.put(id, i)).isEqualTo(model.put(id, i) == null);
      } else {
        index.remove(id);
        model.remove(id);
      }
    }
    assertThat(index.size()).isEqualTo(model.size());
    assertThat(index.ids())
        .containsExactly(model.keySet().stream().sorted().mapToLong(k -> k).toArray());
    for (int id = 0; id <= 150; id++) {
      long each = id * 0x1_0000_0001L + 1;
      assertThat(index.get(each)).isEqualTo(model.getOrDefault(each, IdIndex.NONE));
    }
  }
}
