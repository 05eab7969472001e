package io.aegis.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SuggestionTest {

  @Test
  void edits_ofEachKind_countOne() {
    assertThat(Suggestion.edits("listen", "listen")).isZero();
    assertThat(Suggestion.edits("listn", "listen")).isEqualTo(1);
    assertThat(Suggestion.edits("lissten", "listen")).isEqualTo(1);
    assertThat(Suggestion.edits("lusten", "listen")).isEqualTo(1);
    assertThat(Suggestion.edits("lisetn", "listen")).isEqualTo(1);
    assertThat(Suggestion.edits("", "abc")).isEqualTo(3);
  }

  @Test
  void nearest_ofSeveral_isTheOneWithTheFewestEdits() {
    assertThat(Suggestion.nearest("web.lisen", List.of("sync.listen", "web.listen", "data.dir")))
        .hasValue("web.listen");
  }

  @Test
  void nearest_whenNothingIsNear_isEmpty() {
    assertThat(Suggestion.nearest("colour", List.of("web.listen", "data.directory"))).isEmpty();
    assertThat(Suggestion.didYouMean("colour", List.of("web.listen"))).isEmpty();
  }
}
