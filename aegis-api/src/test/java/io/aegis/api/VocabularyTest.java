package io.aegis.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.aegis.api.Receipt.Change;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The small types: ids, protocols, reasons, verdicts, receipts. */
final class VocabularyTest {

  /** {@code enum aegis_reason} of {@code bpf/aegis_layout.h}: these numbers never change. */
  private static final Map<Integer, Reason> REASONS =
      Map.ofEntries(
          Map.entry(1, Reason.MALFORMED),
          Map.entry(2, Reason.VLAN_DEPTH),
          Map.entry(3, Reason.ARP),
          Map.entry(4, Reason.ETHERTYPE),
          Map.entry(5, Reason.IP_OPTIONS),
          Map.entry(6, Reason.FRAGMENT),
          Map.entry(7, Reason.EXTENSION_HEADER),
          Map.entry(8, Reason.NEIGHBOUR),
          Map.entry(9, Reason.RELATED_ERROR),
          Map.entry(10, Reason.GRANT),
          Map.entry(11, Reason.STATIC),
          Map.entry(12, Reason.EXPIRED),
          Map.entry(13, Reason.IDLE),
          Map.entry(14, Reason.LEASE),
          Map.entry(15, Reason.NO_GRANT),
          Map.entry(16, Reason.WOULD_ADMIT),
          Map.entry(17, Reason.EGRESS),
          Map.entry(18, Reason.LINK_CONTROL));

  @Test
  void reasonCodes_areTheOnesOfTheKernelAndNeverChange() {
    assertThat(Arrays.stream(Reason.values()).collect(Collectors.toMap(Reason::code, r -> r)))
        .isEqualTo(REASONS);
    REASONS.forEach((code, reason) -> assertThat(Reason.ofCode(code)).isEqualTo(reason));
    for (int code : new int[] {-1, 0, 19, Integer.MAX_VALUE}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Reason.ofCode(code))
          .withMessageContaining(Integer.toString(code));
    }
  }

  @Test
  void onlyTheShortAllowListAdmits() {
    assertThat(Arrays.stream(Reason.values()).filter(Reason::admits))
        .containsExactlyInAnyOrder(
            Reason.ARP,
            Reason.NEIGHBOUR,
            Reason.RELATED_ERROR,
            Reason.GRANT,
            Reason.STATIC,
            Reason.LINK_CONTROL);
  }

  @Test
  void verdict_ofAReason_isThatOfAnEnforcingInterface() {
    for (Reason reason : Reason.values()) {
      Verdict verdict = Verdict.of(reason);
      assertThat(verdict.admitted()).isEqualTo(reason.admits());
      assertThat(verdict.wouldDrop()).isFalse();
      assertThat(verdict.grant()).isEmpty();
    }
  }

  @Test
  void verdict_admittedForAReasonToDrop_wouldDrop() {
    var verdict = new Verdict(true, Reason.EXPIRED, new GrantId(7));
    assertThat(verdict.wouldDrop()).isTrue();
    assertThat(verdict.grant()).contains(new GrantId(7));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Verdict(false, Reason.GRANT, null))
        .withMessageContaining("GRANT");
  }

  @Test
  void grantId_isPositive() {
    assertThat(new GrantId(1)).isLessThan(new GrantId(Long.MAX_VALUE)).hasToString("1");
    for (long value : new long[] {0, -1, Long.MIN_VALUE}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new GrantId(value))
          .withMessageContaining(Long.toString(value));
    }
  }

  @Test
  void protocol_textIsReadAndWritten() {
    assertThat(Arrays.stream(Protocol.values()).map(Protocol::toString))
        .containsExactly("tcp", "udp", "icmp-echo");
    for (Protocol protocol : Protocol.values()) {
      assertThat(Protocol.parse(protocol.toString())).isEqualTo(protocol);
      assertThat(protocol.hasPorts()).isEqualTo(protocol != Protocol.ICMP_ECHO);
    }
    for (String text : List.of("", "TCP", "tcp ", "icmp", "icmp_echo", "6", "sctp")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Protocol.parse(text))
          .withMessageContaining("'" + text + "'")
          .withMessageContaining("tcp, udp, icmp-echo");
    }
  }

  @Test
  void receipt_mayLackALastPacketAndNothingElse() {
    Instant at = Instant.parse("2030-01-01T00:00:00Z");
    assertThat(new Receipt(new GrantId(1), Change.REMOVED, at, null).lastAdmitted()).isEmpty();
    assertThat(new Receipt(new GrantId(1), Change.REMOVED, at, at).lastAdmitted()).contains(at);
  }

  @Test
  @SuppressWarnings("NullAway") // what the type checker refuses shall fail without it, too
  void nullsWhereNoneBelong_areRefused() {
    Instant at = Instant.parse("2030-01-01T00:00:00Z");
    List<Function<Object, Object>> mistakes =
        List.of(
            _ -> new Receipt(null, Change.REMOVED, at, null),
            _ -> new Receipt(new GrantId(1), null, at, null),
            _ -> new Receipt(new GrantId(1), Change.REMOVED, null, null),
            _ -> new Verdict(true, null, null),
            _ -> new Prefix(null, 0),
            _ -> new IpAddress(null, 0, 0),
            _ -> new Target(null, Protocol.TCP, PortRange.ANY),
            _ -> new Target(Prefix.ALL_IPV4, null, PortRange.ANY),
            _ -> new Target(Prefix.ALL_IPV4, Protocol.TCP, null));
    mistakes.forEach(
        mistake -> assertThatNullPointerException().isThrownBy(() -> mistake.apply(this)));
  }
}
