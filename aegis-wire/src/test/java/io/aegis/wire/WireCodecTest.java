package io.aegis.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnknownFieldSet;
import io.aegis.wire.v1.GrantPayload;
import io.aegis.wire.v1.Mode;
import io.aegis.wire.v1.Protocol;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireCodecTest {

  private static void refused(String message, Consumer<GrantPayload.Builder> change) {
    assertThatThrownBy(() -> WireCodec.decodeGrant(changed(change)))
        .isInstanceOf(WireException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((WireException) e).kind())
        .isEqualTo(WireException.Kind.MALFORMED);
  }

  private static ByteString changed(Consumer<GrantPayload.Builder> change) {
    try {
      var builder = GrantPayload.parseFrom(WireCodec.encode(Grants.plain())).toBuilder();
      change.accept(builder);
      return builder.build().toByteString();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 5, 15, 17, 100})
  void address_ofAWrongLength_isRefused(int length) {
    refused("4 or 16 bytes", b -> b.setClient(ByteString.copyFrom(new byte[length])));
    refused(
        "4 or 16 bytes",
        b ->
            b.getTargetBuilder()
                .getPrefixBuilder()
                .setAddress(ByteString.copyFrom(new byte[length])));
  }

  @Test
  void address_mappedIpv4_isRefused() {
    byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 77, 0, 5};
    refused("IPv4-mapped", b -> b.setClient(ByteString.copyFrom(mapped)));
  }

  @Test
  void grant_ofTwoFamilies_isRefused() {
    refused("differ in family", b -> b.setClient(ByteString.copyFrom(new byte[16])));
  }

  @Test
  void prefix_withBitsBeyondOrLengthOutOfRange_isRefused() {
    refused("beyond its length", b -> b.getTargetBuilder().getPrefixBuilder().setLength(8));
    refused("0 to 32", b -> b.getTargetBuilder().getPrefixBuilder().setLength(33));
    refused("0 to 32", b -> b.getTargetBuilder().getPrefixBuilder().setLength(-1));
  }

  @Test
  void ports_outOfRangeOrSwapped_areRefused() {
    refused("0..65535", b -> b.getTargetBuilder().setLastPort(65_536));
    refused("0..65535", b -> b.getTargetBuilder().setFirstPort(444));
    refused("0..65535", b -> b.getTargetBuilder().setFirstPort(-1));
    refused("0..65535", b -> b.getTargetBuilder().setFirstPort(0).setLastPort(0));
    refused("has no ports", b -> b.getTargetBuilder().setProtocol(Protocol.PROTOCOL_ICMP_ECHO));
  }

  @Test
  void field_missing_isRefusedByName() {
    refused("audience", GrantPayload.Builder::clearAudience);
    refused("grant id", GrantPayload.Builder::clearGrantId);
    refused("4 or 16 bytes", GrantPayload.Builder::clearClient);
    refused("target: missing", GrantPayload.Builder::clearTarget);
    refused("hard_expiry: missing", GrantPayload.Builder::clearHardExpiry);
    refused("soft_expiry: missing", GrantPayload.Builder::clearSoftExpiry);
    refused("mode: missing", GrantPayload.Builder::clearMode);
    refused("protocol: missing", b -> b.getTargetBuilder().clearProtocol());
    refused("epoch 0", GrantPayload.Builder::clearEpoch);
    refused("version 0", GrantPayload.Builder::clearVersion);
    refused("issued_at: missing", GrantPayload.Builder::clearIssuedAt);
    refused("not_after: missing", GrantPayload.Builder::clearNotAfter);
  }

  @Test
  void number_beyondTheSignedRange_isRefused() {
    refused("grant id", b -> b.setGrantId(-1));
    refused("epoch -1", b -> b.setEpoch(-1));
    refused("revision -1", b -> b.setRevision(-1));
    refused("policy version -1", b -> b.setPolicyRevision(-1));
  }

  @Test
  void time_outOfRangeOrTooFine_isRefused() {
    refused(
        "out of range", b -> b.setHardExpiry(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE)));
    refused("out of range", b -> b.setHardExpiry(Timestamp.newBuilder().setNanos(-1)));
    refused("out of range", b -> b.setIssuedAt(Timestamp.newBuilder().setNanos(1_000_000_000)));
    refused("whole millisecond", b -> b.getHardExpiryBuilder().setNanos(1));
    refused("whole millisecond", b -> b.setIdle(Duration.newBuilder().setSeconds(3).setNanos(5)));
    refused("out of range", b -> b.setIdle(Duration.newBuilder().setSeconds(-3)));
    refused("at least 2 s", b -> b.setIdle(Duration.newBuilder().setSeconds(1)));
    refused("at least 2 s", b -> b.setIdle(Duration.getDefaultInstance()));
  }

  @Test
  void softExpiry_afterHard_isRefused() {
    refused(
        "is after hard expiry",
        b -> b.getSoftExpiryBuilder().setSeconds(b.getHardExpiry().getSeconds() + 1));
  }

  @Test
  void notAfter_beforeIssue_isRefused() {
    refused("before its issue", b -> b.getNotAfterBuilder().setSeconds(1));
  }

  // What a later version adds could narrow the grant ("only from port ..."): skipping it would open
  // more than was signed.
  @Test
  void field_unknown_isUnsupported() {
    var unknown =
        UnknownFieldSet.newBuilder()
            .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    unsupported(b -> b.setUnknownFields(unknown));
    unsupported(b -> b.getTargetBuilder().setUnknownFields(unknown));
    unsupported(b -> b.getTargetBuilder().getPrefixBuilder().setUnknownFields(unknown));
    unsupported(b -> b.setModeValue(9));
    unsupported(b -> b.getTargetBuilder().setProtocolValue(9));
  }

  private static void unsupported(Consumer<GrantPayload.Builder> change) {
    assertThatThrownBy(() -> WireCodec.decodeGrant(changed(change)))
        .isInstanceOf(WireException.class)
        .extracting(e -> ((WireException) e).kind())
        .isEqualTo(WireException.Kind.UNSUPPORTED);
  }

  @Test
  void receipt_withoutTimeOrChange_isRefused() {
    var receipt = io.aegis.wire.v1.Receipt.newBuilder().setGrantId(4).build();
    assertThatThrownBy(() -> WireCodec.decode(receipt))
        .isInstanceOf(WireException.class)
        .hasMessage("applied_at: missing");
    var timed = receipt.toBuilder().setAppliedAt(Timestamp.getDefaultInstance()).build();
    assertThatThrownBy(() -> WireCodec.decode(timed)).hasMessage("change: missing");
  }

  @Test
  void mode_audit_survives() {
    IssuedGrant audit =
        WireCodec.decodeGrant(changed(b -> b.setMode(Mode.MODE_AUDIT).setNeedsLease(true)));
    assertThat(audit.grant().mode()).isEqualTo(io.aegis.api.EnforcementMode.AUDIT);
    assertThat(audit.grant().needsLease()).isTrue();
  }
}
