package io.aegis.enforcer.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Frames against the bytes that another packet builder (scapy 2.5.0) makes of the same headers. */
final class FrameTextTest {
  private static final String ETHERNET = "02005eae000102005eae0002";

  private static final Map<String, String> KNOWN =
      Map.of(
          "ipv4 10.77.1.5 > 10.77.2.7 / tcp 40000 > 443 syn",
          "08004500002800070000400663240a4d01050a4d02079c4001bb000000000000000050020400f6410000",
          "ipv6 fd77:1::5 > fd77:2::7 / udp 40000 > 53 / data 010203",
          "86dd60000000000b1140fd770001000000000000000000000005fd770002000000000000000000000007"
              + "9c400035000b6462010203",
          "vlan 7 tpid=0x88a8 / vlan 8 / ipv4 10.77.1.5 > 10.77.2.7 / udp 9 > 53",
          "88a800078100000808004500001c00070000401163250a4d01050a4d0207000900350008e7fa",
          "ipv6 fd77:1::5 > fd77:2::7 / hbh / fragment 0 more / tcp 40000 > 443",
          "86dd6000000000240040fd770001000000000000000000000005fd770002000000000000000000000007"
              + "2c00000000000000" // scapy writes one PadN of six bytes here, we write six Pad1
              + "06000001000000079c4001bb00000000000000005010040012db0000",
          "ipv4 10.77.9.1 > 10.77.2.7 / icmp 3 3 / ipv4 10.77.2.7 > 10.77.1.5 / udp 53 > 40000",
          "0800450000380007000040015b1d0a4d09010a4d0207030314bc00000000"
              + "4500001c00070000401163250a4d02070a4d010500359c4000084bc3",
          "ipv4 10.77.1.5 > 10.77.2.7 more=1 offset=4 protocol=17 options=01010101",
          "08004600001800072004401140230a4d01050a4d020701010101",
          "ipv6 fd77:1::5 > fd77:2::7 / icmp 128 / zeros 8",
          "86dd6000000000103a40fd770001000000000000000000000005fd770002000000000000000000000007"
              + "800084b6000000000000000000000000",
          "arp",
          "080600010800060400010000000000000000000000000000000000000000");

  @Test
  void parse_makesTheBytesThatAnotherBuilderMakes() {
    KNOWN.forEach((text, hex) ->
        assertThat(HexFormat.of().formatHex(FrameText.parse(text).bytes()))
            .as(text)
            .isEqualTo(ETHERNET + hex));
  }

  @Test
  void settings_overrideWhatIsComputed() {
    byte[] frame =
        FrameText.parse("ipv4 10.0.0.1 > 10.0.0.2 length=9 ttl=3 / tcp 1 > 2 doff=4 checksum=7")
            .bytes();
    assertThat(frame).hasSize(14 + 20 + 20);
    assertThat(frame[17]).isEqualTo((byte) 9);
    assertThat(frame[22]).isEqualTo((byte) 3);
    assertThat(frame[46] >> 4 & 15).isEqualTo(4);
    assertThat(frame[51]).isEqualTo((byte) 7);
  }

  @Test
  void everyFlagOfTcp_isItsBit() {
    for (var flag : Map.of("fin", 1, "syn", 2, "rst", 4, "psh", 8, "ack", 16).entrySet()) {
      byte[] frame =
          FrameText.parse("ipv4 10.0.0.1 > 10.0.0.2 / tcp 1 > 2 " + flag.getKey()).bytes();
      assertThat((int) frame[47]).as(flag.getKey()).isEqualTo(flag.getValue());
    }
    assertThat(FrameText.parse("ipv4 10.0.0.1 > 10.0.0.2 / tcp 1 > 2 syn,ack").bytes()[47])
        .isEqualTo((byte) 0x12);
  }

  @Test
  void tunnels_haveTheNumberOfAProtocol_notOfAnEtherType() {
    byte[] inV4 = FrameText.parse("ipv4 1.1.1.1 > 2.2.2.2 / ipv4 3.3.3.3 > 4.4.4.4").bytes();
    assertThat(inV4[14 + 9]).isEqualTo((byte) 4);
    byte[] inV6 = FrameText.parse("ipv6 ::1 > ::2 / ipv6 ::3 > ::4").bytes();
    assertThat(inV6[14 + 6]).isEqualTo((byte) 41);
    byte[] mixed = FrameText.parse("ipv6 ::1 > ::2 / ipv4 3.3.3.3 > 4.4.4.4").bytes();
    assertThat(mixed[14 + 6]).isEqualTo((byte) 4);
  }

  @Test
  void mappedAddresses_standInIpv6Headers() {
    byte[] frame = FrameText.parse("ipv6 ::ffff:10.0.0.1 > ::1").bytes();
    assertThat(HexFormat.of().formatHex(frame, 22, 38))
        .isEqualTo("00000000000000000000ffff0a000001");
  }

  @Test
  void datagramEnd_isWhereTheHeadersSay() {
    assertThat(FrameText.parse("arp / pad 18").datagramEnd()).isEqualTo(42);
    assertThat(FrameText.parse("vlan 7 / arp").datagramEnd()).isEqualTo(46);
    FrameBuilder v4 = FrameText.parse("ipv4 1.1.1.1 > 2.2.2.2 / udp 1 > 2 / zeros 5 / pad 9");
    assertThat(v4.datagramEnd()).isEqualTo(14 + 20 + 8 + 5);
    assertThat(v4.bytes()).hasSize(14 + 20 + 8 + 5 + 9);
    assertThat(FrameText.parse("ipv6 ::1 > ::2 / hbh / udp 1 > 2").datagramEnd())
        .isEqualTo(14 + 40 + 8 + 8);
    assertThat(FrameText.parse("ipv4 1.1.1.1 > 2.2.2.2 length=30 / udp 1 > 2").datagramEnd())
        .isEqualTo(44);
  }

  @Test
  void cut_leavesTheClaimsAlone() {
    byte[] whole = FrameText.parse("ipv4 1.1.1.1 > 2.2.2.2 / udp 1 > 2").bytes();
    byte[] cut = FrameText.parse("ipv4 1.1.1.1 > 2.2.2.2 / udp 1 > 2 / cut 30").bytes();
    assertThat(cut).isEqualTo(java.util.Arrays.copyOf(whole, 30));
    assertThat(FrameText.parse("arp / cut 999").bytes()).hasSize(42);
  }

  @Test
  void wordsThatAreNotUnderstood_areNamed() {
    Map.of(
            "ipv5 1.1.1.1 > 2.2.2.2", "no such header",
            "ipv4 1.1.1.1 2.2.2.2", "'>' is missing",
            "ipv4 1.1.1.1 > 2.2.2.2 lenght=3", "no field 'lenght' (it has version, ihl",
            "ipv4 1.1.1.1 > 2.2.2.2 ihl=16", "ihl has 4 bits: 16",
            "ipv4 1.1.1.1 > 2.2.2.2 / tcp 1 > 2 sny", "'sny' is no flag",
            "ipv4 1.1.1.1 > fd77::1", "ipv4 1.1.1.1 > fd77::1",
            "ipv6 ::1 > 1.1.1.1", "ipv6 ::1 > 1.1.1.1",
            "vlan", "a word is missing",
            "ipv6 ::1 > ::2 options=00", "only IPv4 and TCP have options",
            "arp whatever", "'whatever' is not understood")
        .forEach((text, message) ->
            assertThatIllegalArgumentException()
                .as(text)
                .isThrownBy(() -> FrameText.parse(text))
                .withMessageContaining(message));
  }
}
