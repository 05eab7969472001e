package io.aegis.server.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Captures of every kind that tcpdump writes, and everything that is none. */
final class CaptureTest {
  private static final byte[] ONE = new byte[60];
  private static final byte[] TWO = {1, 2, 3};

  private static List<Capture.Frame> read(byte[] file) throws IOException {
    Capture capture = Capture.read(new ByteArrayInputStream(file));
    var frames = new ArrayList<Capture.Frame>();
    for (var next = capture.next(); next.isPresent(); next = capture.next()) {
      frames.add(next.get());
    }
    return frames;
  }

  @Test
  void capture_ofEitherOrderAndClock_isRead() throws IOException {
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      for (int magic : new int[] {TestCapture.MICROSECONDS, TestCapture.NANOSECONDS}) {
        List<Capture.Frame> frames =
            read(TestCapture.of(order, magic, TestCapture.ETHERNET, ONE, TWO));
        assertThat(frames).extracting(Capture.Frame::number).containsExactly(1, 2);
        assertThat(frames.get(1).bytes()).isEqualTo(TWO);
        assertThat(frames.get(1).isCut()).isFalse();
      }
    }
  }

  @Test
  void frame_capturedInPart_isCut() throws IOException {
    byte[] file = TestCapture.of(ONE);
    file[24 + 12] = 99; // its length on the wire
    assertThat(read(file)).singleElement().matches(Capture.Frame::isCut);
  }

  @Test
  void capture_cutAnywhere_isReadToThereOrRefused() throws IOException {
    byte[] file = TestCapture.of(ONE, TWO);
    for (int length = 0; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      if (length == 24 || length == 24 + 16 + ONE.length) {
        assertThat(read(cut)).hasSize(length == 24 ? 0 : 1);
      } else {
        assertThatThrownBy(() -> read(cut)).as("cut at %d", length).isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void capture_ofAnotherKind_isRefusedWithARemedy() {
    byte[] wireless = TestCapture.of(ByteOrder.LITTLE_ENDIAN, TestCapture.MICROSECONDS, 105, ONE);
    assertThatThrownBy(() -> read(wireless)).hasMessageContaining("link type 105");
    byte[] next = {0x0A, 0x0D, 0x0D, 0x0A, 0, 0, 0, 28};
    assertThatThrownBy(() -> read(next)).hasMessageContaining("editcap");
    byte[] huge = TestCapture.of(ONE);
    huge[24 + 11] = 0x7F;
    assertThatThrownBy(() -> read(huge)).hasMessageContaining("frame 1 is damaged");
    byte[] negative = TestCapture.of(ONE);
    negative[24 + 11] = (byte) 0x80;
    assertThatThrownBy(() -> read(negative)).hasMessageContaining("frame 1 is damaged");
  }
}
