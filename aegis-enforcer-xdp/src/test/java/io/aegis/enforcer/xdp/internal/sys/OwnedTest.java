package io.aegis.enforcer.xdp.internal.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnedTest {

  private final List<String> closed = new ArrayList<>();
  private final Owned owned = new Owned();

  private void own(String name) {
    AutoCloseable resource = () -> closed.add(name);
    owned.own(resource);
  }

  @Test
  void close_closesNewestFirst_once() {
    own("map");
    own("program");

    owned.close();
    owned.close();

    assertThat(closed).containsExactly("program", "map");
  }

  @Test
  void close_whenOneFails_closesTheRest() {
    own("map");
    AutoCloseable broken =
        () -> {
          throw new IllegalArgumentException("broken");
        };
    owned.own(broken);
    own("link");

    assertThatThrownBy(owned::close).hasRootCauseMessage("broken");
    assertThat(closed).containsExactly("link", "map");
  }

  @Test
  void closeInto_addsWhatFails() {
    AutoCloseable broken =
        () -> {
          throw new IllegalArgumentException("broken");
        };
    owned.own(broken);
    var failure = new IllegalStateException("first");

    owned.closeInto(failure);

    assertThat(failure.getSuppressed()).hasSize(1);
  }
}
