package io.aegis.enforcer.xdp.internal.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.IpAddress;
import io.aegis.api.Prefix;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FramesTest {

  @Test
  void frames_ofEachKind_areShortAndAllDifferent() {
    Stream.of(Frames.ofClients(5000), Frames.ofStrangers(Frames.PORT), Frames.malformed())
        .forEach(frames -> assertAllDifferent(frames, 64));
    assertAllDifferent(Frames.ofClients6(5000), 74);
  }

  private static void assertAllDifferent(List<byte[]> frames, int length) {
    assertThat(frames).hasSize(Frames.COUNT).allMatch(frame -> frame.length == length);
    assertThat(frames.stream().map(Arrays::toString).distinct()).hasSize(Frames.COUNT);
  }

  @Test
  void strangers_all_areOutsideTheClients() {
    Prefix range = Prefix.parse("198.18.0.0/15");
    for (int i = 0; i < Frames.COUNT; i++) {
      assertThat(range.contains(Frames.stranger(i))).isTrue();
    }
    assertThat(Frames.client(0)).isEqualTo(IpAddress.parse("10.77.0.1"));
    assertThat(Prefix.parse("10.77.0.0/16").contains(Frames.client(GateWorks.GRANTS))).isTrue();
  }
}
