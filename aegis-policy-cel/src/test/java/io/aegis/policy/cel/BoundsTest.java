package io.aegis.policy.cel;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.policy.AccessRequest;
import io.aegis.policy.Device;
import io.aegis.policy.Fact;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Work that a request could cause, and does not. */
class BoundsTest {

  private static AccessRequest with(Object value) {
    return Requests.full().from(new Device("d", Map.of("fact", new Fact(value, Requests.NOW))));
  }

  @Test
  void interpreter_sees_no_long_text() {
    String tooLong = "x".repeat(RequestValues.LONGEST_TEXT + 1);

    assertThat(Requests.told(Requests.evaluate("device.fact.contains('y')", with(tooLong))))
        .isEqualTo("device.fact has more than 512 characters");
    assertThat(Requests.told(Requests.evaluate("device.fact.size() == 512", with("x".repeat(512)))))
        .isEqualTo("holds");
  }

  @Test
  void interpreter_sees_no_long_list() {
    List<String> tooMany = Collections.nCopies(RequestValues.LONGEST_LIST + 1, "x");

    assertThat(Requests.told(Requests.evaluate("device.fact.all(x, x == 'x')", with(tooMany))))
        .isEqualTo("device.fact has more than 500 entries");
    assertThat(Requests.told(Requests.evaluate("'x' in device.fact", with(tooMany))))
        .isEqualTo("holds");
  }

  @Test
  void loops_end() {
    List<String> values = IntStream.range(0, 500).mapToObj(i -> "x".repeat(500) + i).toList();
    String text =
        "device.fact.all(x, x.contains('"
            + "x".repeat(99)
            + "y') || x.endsWith('q') || x.size() > 0)";

    long start = System.nanoTime();
    assertThat(Requests.told(Requests.evaluate(text, with(values)))).isEqualTo("holds");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void loops_in_loops_share_one_bound() {
    List<String> values = IntStream.range(0, 500).mapToObj(Integer::toString).toList();
    String text =
        "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].all(n, device.fact.all(x, x != 'y' && n > 0))";

    assertThat(Requests.told(Requests.evaluate(text, with(values))))
        .isEqualTo("a list is too long to be gone through at line 1, column 1");
  }
}
