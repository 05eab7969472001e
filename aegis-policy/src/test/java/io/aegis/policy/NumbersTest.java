package io.aegis.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Names are found whatever their hashes are. */
final class NumbersTest {

  @Test
  void get_findsEveryNameAndNoOther() {
    Map<String, Integer> names = new HashMap<>();
    for (int i = 1; i <= 10_000; i++) {
      names.put("user-" + i, i);
    }
    assertFound(names);
    assertThat(new Numbers(Map.of()).get("anybody")).isZero();
  }

  /** Strings of Aa and BB: as many with one hash as an attacker likes. */
  @Test
  void get_namesWhoseHashesCollide_areFoundAllTheSame() {
    Map<String, Integer> names = new HashMap<>();
    for (int i = 0; i < 1 << 12; i++) {
      var name = new StringBuilder();
      for (int bit = 0; bit < 12; bit++) {
        name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      names.put(name.toString(), i + 1);
    }
    assertThat(names.keySet().stream().map(String::hashCode).distinct()).hasSize(1);
    assertFound(names);
  }

  private static void assertFound(Map<String, Integer> names) {
    var numbers = new Numbers(names);
    names.forEach((name, number) -> {
      assertThat(numbers.get(name)).isEqualTo(number);
      assertThat(numbers.get(name + "x")).isZero();
    });
  }
}
