package io.aegis.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.aegis.api.Receipt;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class WireCodecProperties {

  @Property
  void grant_writtenAndRead_isEqual(@ForAll("issued") IssuedGrant issued) {
    assertThat(WireCodec.decodeGrant(WireCodec.encode(issued))).isEqualTo(issued);
  }

  @Property
  void grant_writtenTwice_isTheSameBytes(@ForAll("issued") IssuedGrant issued) {
    IssuedGrant copy = WireCodec.decodeGrant(WireCodec.encode(issued));
    assertThat(WireCodec.encode(copy)).isEqualTo(WireCodec.encode(issued));
  }

  @Property
  void receipt_writtenAndRead_isEqual(@ForAll("receipts") Receipt receipt) {
    assertThat(WireCodec.decode(WireCodec.encode(receipt))).isEqualTo(receipt);
  }

  // Protobuf has no length of its own, so a cut may fall between two fields; not_after comes last
  // and is never optional, so what was cut always lacks something.
  @Property(tries = 200)
  void grant_cutAnywhere_isRefused(@ForAll("issued") IssuedGrant issued) {
    ByteString whole = WireCodec.encode(issued);
    for (int length = 0; length < whole.size(); length++) {
      ByteString cut = whole.substring(0, length);
      assertThatThrownBy(() -> WireCodec.decodeGrant(cut))
          .as("cut to %d of %d bytes", length, whole.size())
          .isInstanceOf(WireException.class);
    }
  }

  @Property
  void grant_anyBytes_areRefusedOrValid(@ForAll @Size(max = 300) byte[] bytes) {
    onlyWireException(ByteString.copyFrom(bytes));
  }

  @Property
  void grant_oneByteChanged_isRefusedOrValid(
      @ForAll("issued") IssuedGrant issued, @ForAll int place, @ForAll byte value) {
    byte[] bytes = WireCodec.encode(issued).toByteArray();
    bytes[Math.floorMod(place, bytes.length)] = value;
    onlyWireException(ByteString.copyFrom(bytes));
  }

  // Whatever is not refused is a whole value: it can be written and read again.
  private static void onlyWireException(ByteString bytes) {
    try {
      IssuedGrant read = WireCodec.decodeGrant(bytes);
      assertThat(WireCodec.decodeGrant(WireCodec.encode(read))).isEqualTo(read);
    } catch (WireException refused) {
      assertThat(refused).hasMessageMatching("(?s).+");
    }
  }

  @Provide
  Arbitrary<IssuedGrant> issued() {
    return Grants.issued();
  }

  @Provide
  Arbitrary<Receipt> receipts() {
    return Grants.receipts();
  }
}
