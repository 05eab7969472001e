package io.aegis.server.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LifecycleTest {
  private final List<String> events = new ArrayList<>();

  private void start(Lifecycle lifecycle, String name) throws Exception {
    lifecycle.start(name, () -> events.add("start " + name), () -> events.add("stop " + name));
  }

  private static Lifecycle.Action failing(Exception failure) {
    return () -> {
      throw failure;
    };
  }

  @Test
  void close_afterStarts_stopsInReverse() throws Exception {
    try (var lifecycle = new Lifecycle()) {
      start(lifecycle, "store");
      start(lifecycle, "web");
      events.add("running");
    }
    assertThat(events)
        .containsExactly("start store", "start web", "running", "stop web", "stop store");
  }

  @Test
  void start_thatFails_stopsOnlyWhatHadStarted() {
    assertThatThrownBy(
            () -> {
              try (var lifecycle = new Lifecycle()) {
                start(lifecycle, "store");
                start(lifecycle, "web");
                lifecycle.start(
                    "sync", failing(new IOException("port in use")), () -> events.add("stop sync"));
                start(lifecycle, "agent");
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessage("port in use");

    assertThat(events).containsExactly("start store", "start web", "stop web", "stop store");
  }

  @Test
  void start_thatFailsBeforeAStopThatFails_throwsTheFirstWithTheOtherSuppressed() {
    assertThatThrownBy(
            () -> {
              try (var lifecycle = new Lifecycle()) {
                lifecycle.start("store", () -> {}, failing(new IOException("disk full")));
                lifecycle.start(
                    "web", failing(new IllegalStateException("no certificate")), () -> {});
              }
            })
        .hasMessage("no certificate")
        .satisfies(e ->
            assertThat(e.getSuppressed())
                .singleElement()
                .satisfies(s -> assertThat(s).hasMessage("stopping store: disk full")));
  }

  @Test
  void close_whenAPartFailsToStop_stopsTheOthersAndNamesIt() throws Exception {
    var lifecycle = new Lifecycle();
    start(lifecycle, "store");
    lifecycle.start("web", () -> {}, failing(new IOException("stuck")));

    assertThatThrownBy(lifecycle::close).hasMessage("stopping web: stuck");

    assertThat(events).containsExactly("start store", "stop store");
  }

  @Test
  void close_twice_stopsOnce() throws Exception {
    var lifecycle = new Lifecycle();
    start(lifecycle, "store");
    lifecycle.close();
    lifecycle.close();
    assertThat(events).containsExactly("start store", "stop store");
  }

  @Test
  void start_afterTheClose_isRefused() {
    var lifecycle = new Lifecycle();
    lifecycle.close();
    assertThatThrownBy(() -> start(lifecycle, "late")).hasMessage("starting late after the close");
    assertThat(events).isEmpty();
  }
}
