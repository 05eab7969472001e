package io.aegis.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReasonWordsTest {

  @Test
  void page_inTheRepository_saysTheSame() throws Exception {
    List<String> rows =
        Files.readAllLines(Path.of("..", "docs", "reference", "reasons.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .toList();
    assertThat(rows)
        .isEqualTo(
            Arrays.stream(Reason.values())
                .map(reason ->
                    "| `%s` | %s | %s |"
                        .formatted(
                            reason,
                            reason.admits() ? "admitted" : "dropped",
                            ReasonWords.of(reason)))
                .toList());
  }

  @Test
  void legend_saysEachOnce() {
    assertThat(ReasonWords.legend(List.of(Reason.STATIC, Reason.ARP, Reason.STATIC)))
        .startsWith("\nARP ")
        .contains("\nSTATIC ")
        .hasLineCount(3);
    assertThat(ReasonWords.legend(List.of())).isEmpty();
  }
}
