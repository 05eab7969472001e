package io.aegis.enforcer.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Reason;
import io.aegis.enforcer.spi.ParsedFrame.IpPacket;
import io.aegis.enforcer.spi.ParsedFrame.Malformed;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** The parser understands any bytes, and never reads beyond them. */
final class FrameParserProperties {
  private static final List<Integer> ETHER_TYPES =
      List.of(0x0800, 0x86DD, 0x0806, 0x8100, 0x88A8, 0x1234);

  /** Random bytes that begin like a frame, with small numbers where lengths stand. */
  @Provide
  Arbitrary<byte[]> frames() {
    Arbitrary<Byte> bytes =
        Arbitraries.oneOf(
            Arbitraries.bytes(),
            Arbitraries.of(0, 1, 2, 6, 17, 44, 58, 60, 0x45, 0x46, 0x60).map(Integer::byteValue));
    return Combinators.combine(
            bytes.array(byte[].class).ofMinSize(14).ofMaxSize(140), Arbitraries.of(ETHER_TYPES))
        .as((frame, type) -> {
          frame[12] = (byte) (type >> 8);
          frame[13] = (byte) (int) type;
          return frame;
        });
  }

  @Property(tries = 5_000)
  void parse_ofAnyBytes_answers(@ForAll("frames") byte[] frame) {
    ParsedFrame parsed = FrameParser.parse(frame);
    if (parsed instanceof IpPacket packet) {
      assertThat(packet.obstacle())
          .isIn(null, Reason.IP_OPTIONS, Reason.FRAGMENT, Reason.EXTENSION_HEADER);
    }
  }

  @Property(tries = 2_000)
  void parse_readsNothingBehindTheDatagram(@ForAll("frames") byte[] frame) {
    ParsedFrame parsed = FrameParser.parse(frame);
    byte[] padded = Arrays.copyOf(frame, frame.length + 64);
    Arrays.fill(padded, frame.length, padded.length, (byte) 0x06);
    if (parsed instanceof IpPacket(var addresses, int hops, var obstacle, int protocol, _)) {
      assertThat(FrameParser.parse(padded))
          .isInstanceOfSatisfying(
              IpPacket.class,
              same -> {
                assertThat(same.addresses()).isEqualTo(addresses);
                assertThat(same.hopLimit()).isEqualTo(hops);
                assertThat(same.obstacle()).isEqualTo(obstacle);
                assertThat(same.protocol()).isEqualTo(protocol);
              });
    }
  }

  @Property(tries = 2_000)
  void parse_ofFewerBytes_isTheSameOrMalformed(
      @ForAll("frames") byte[] frame, @ForAll @IntRange(max = 140) int length) {
    ParsedFrame whole = FrameParser.parse(frame);
    ParsedFrame cut = FrameParser.parse(Arrays.copyOf(frame, Math.min(length, frame.length)));
    assertThat(cut instanceof Malformed || cut.getClass() == whole.getClass()).isTrue();
  }
}
