package io.aegis.server.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LifecycleTest {
  private final List<String> events = new ArrayList<>();

  private Lifecycle withParts(String... names) {
    var lifecycle = new Lifecycle();
    for (String name : names) {
      lifecycle.part(name, () -> events.add("start " + name), () -> events.add("stop " + name));
    }
    return lifecycle;
  }

  @Test
  void close_afterStart_stopsInReverse() throws Exception {
    try (Lifecycle lifecycle = withParts("store", "web")) {
      lifecycle.start();
      events.add("running");
    }
    assertThat(events)
        .containsExactly("start store", "start web", "running", "stop web", "stop store");
  }

  @Test
  void start_whenAPartFails_stopsOnlyWhatHadStarted() {
    Lifecycle lifecycle = withParts("store", "web");
    lifecycle.part(
        "sync",
        () -> {
          throw new IOException("port in use");
        },
        () -> events.add("stop sync"));
    lifecycle.part("agent", () -> events.add("start agent"), () -> events.add("stop agent"));

    assertThatThrownBy(lifecycle::start).isInstanceOf(IOException.class).hasMessage("port in use");
    lifecycle.close();

    assertThat(events).containsExactly("start store", "start web", "stop web", "stop store");
  }

  @Test
  void start_whenTheCleanUpFailsToo_throwsTheFirstFailureWithTheOtherSuppressed() {
    var lifecycle = new Lifecycle();
    lifecycle.part(
        "store",
        () -> {},
        () -> {
          throw new IOException("disk full");
        });
    lifecycle.part(
        "web",
        () -> {
          throw new IllegalStateException("no certificate");
        },
        () -> {});

    assertThatThrownBy(lifecycle::start)
        .hasMessage("no certificate")
        .satisfies(e ->
            assertThat(e.getSuppressed())
                .singleElement()
                .satisfies(s -> assertThat(s).hasMessage("stopping store")));
  }

  @Test
  void close_whenAPartFailsToStop_stopsTheOthersAndNamesIt() throws Exception {
    Lifecycle lifecycle = withParts("store");
    lifecycle.part(
        "web",
        () -> {},
        () -> {
          throw new IOException("stuck");
        });
    lifecycle.start();

    assertThatThrownBy(lifecycle::close).hasMessage("stopping web: stuck");

    assertThat(events).containsExactly("start store", "stop store");
  }

  @Test
  void close_twice_stopsOnce() throws Exception {
    Lifecycle lifecycle = withParts("store");
    lifecycle.start();
    lifecycle.close();
    lifecycle.close();
    assertThat(events).containsExactly("start store", "stop store");
  }

  @Test
  void start_twice_isRefused() throws Exception {
    try (Lifecycle lifecycle = withParts("store")) {
      lifecycle.start();
      assertThatThrownBy(lifecycle::start).hasMessage("started twice");
      assertThatThrownBy(() -> lifecycle.part("late", () -> {}, () -> {}))
          .hasMessage("part late comes after the start");
    }
  }
}
