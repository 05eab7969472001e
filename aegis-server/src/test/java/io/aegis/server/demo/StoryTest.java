package io.aegis.server.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.server.lifecycle.StopSignal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StoryTest {
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();
  private final StopSignal stop = new StopSignal();
  private final List<String> played = new ArrayList<>();
  private final Story story =
      new Story(new PrintStream(told, true, StandardCharsets.UTF_8), System::nanoTime, stop);

  private String told() {
    return told.toString(StandardCharsets.UTF_8);
  }

  @Test
  void story_ofStepsThatHold_holds() {
    assertThat(story.step("one", "it", seen -> seen.check(true, "so it is"))).isTrue();
    story.lastStep("two", "it", seen -> played.add("two"));
    assertThat(story.end()).isEqualTo(Ending.HELD);
    assertThat(told())
        .contains("happened  so it is")
        .endsWith("Everything held: 2 of 2 steps held.\n");
  }

  @Test
  void story_withAFailedStep_failsAndGoesOn() {
    assertThat(story.step("one", "it", seen -> seen.check(false, "it is not"))).isFalse();
    assertThat(story.step("two", "it", seen -> played.add("two"))).isTrue();
    assertThat(story.end()).isEqualTo(Ending.FAILED);
    assertThat(told()).contains("NOT SO    it is not", "The demo FAILED: 1 of 2 steps held.");
    assertThat(played).containsExactly("two");
  }

  @Test
  void stop_inTheMiddleOfAStep_isNoFailureWhateverItThrows() {
    assertThat(story.step("one", "it", seen -> seen.tell("so it is"))).isTrue();
    boolean held =
        story.step(
            "two",
            "it",
            seen -> {
              stop.request();
              try {
                Thread.sleep(60_000); // interrupted
              } catch (InterruptedException e) {
                throw new ConnectException("as an HTTP client tells of it");
              }
            });
    assertThat(held).isFalse();
    assertThat(story.step("three", "it", seen -> played.add("three"))).isFalse();
    story.lastStep("four", "it", seen -> played.add("four " + Thread.interrupted()));
    assertThat(story.end()).isEqualTo(Ending.INTERRUPTED);
    assertThat(played).as("cleaned up, undisturbed").containsExactly("four false");
    assertThat(told())
        .contains("stopped   interrupted after", "Interrupted: 2 of 3 steps held.")
        .doesNotContain("NOT SO", "FAILED", "ConnectException", "three");
  }

  @Test
  void stop_duringTheCleanUp_doesNotBreakItOff() {
    story.lastStep(
        "one",
        "it",
        seen -> {
          stop.request();
          seen.check(!Thread.interrupted(), "it goes on");
        });
    assertThat(story.end()).isEqualTo(Ending.HELD);
  }

  @Test
  void cleanUp_thatFailsAfterAStop_isAFailure() {
    stop.request();
    story.lastStep("one", "nothing stays", seen -> seen.check(false, "left behind: x"));
    assertThat(story.end()).isEqualTo(Ending.FAILED);
    assertThat(told()).contains("NOT SO    left behind: x");
  }
}
