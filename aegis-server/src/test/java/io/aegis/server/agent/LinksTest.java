package io.aegis.server.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.server.agent.Links.Link;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which interface's packets come in by which: the kernel's own numbers decide, never a name. */
final class LinksTest {
  private static final Link ETH0 = new Link(2, "eth0", "", 0, 0);
  private static final Link ETH1 = new Link(3, "eth1", "", 0, 0);

  private static Link standing(int index, String name, String kind, Link on) {
    return new Link(index, name, kind, on.index(), 0);
  }

  private static Link partOf(Link link, Link master) {
    return new Link(link.index(), link.name(), link.kind(), link.below(), master.index());
  }

  @Test
  void plain_isCarriedByItselfAlone() {
    assertThat(new Links(List.of(ETH0, ETH1)).carriersOf(ETH0)).containsExactly("eth0");
  }

  @Test
  void whatStandsOnAnInterface_isCarriedByIt() {
    for (String kind : List.of("vlan", "macvlan", "macvtap", "ipvlan", "ipvtap", "unheard-of")) {
      Link upper = standing(9, "foo", kind, ETH0);
      assertThat(new Links(List.of(ETH0, ETH1, upper)).carriersOf(upper))
          .as(kind)
          .containsExactly("foo", "eth0");
    }
  }

  @Test
  void whatHasParts_isCarriedByAllOfThem() {
    for (String kind : List.of("bridge", "bond", "team", "vrf")) {
      Link whole = new Link(9, "whole", kind, 0, 0);
      var links = new Links(List.of(whole, partOf(ETH0, whole), partOf(ETH1, whole)));
      assertThat(links.carriersOf(whole))
          .as(kind)
          .containsExactlyInAnyOrder("whole", "eth0", "eth1");
    }
  }

  @Test
  void aPart_isNotCarriedByTheOthers() {
    Link bridge = new Link(9, "br0", "bridge", 0, 0);
    Link port = partOf(ETH0, bridge);
    assertThat(new Links(List.of(bridge, port, partOf(ETH1, bridge))).carriersOf(port))
        .containsExactly("eth0", "br0");
  }

  @Test
  void chain_isFollowedToItsEnd() {
    Link bond = new Link(7, "bond0", "bond", 0, 0);
    Link vlan = standing(8, "uplink", "vlan", bond);
    Link bridge = new Link(9, "br0", "bridge", 0, 0);
    Link top = standing(10, "mv", "macvlan", bridge);
    var links = new Links(List.of(partOf(ETH0, bond), bond, partOf(vlan, bridge), bridge, top));
    assertThat(links.carriersOf(top)).containsExactly("mv", "br0", "uplink", "bond0", "eth0");
  }

  @Test
  void circle_ends() {
    Link one = new Link(1, "one", "x", 2, 2);
    Link two = new Link(2, "two", "x", 1, 1);
    assertThat(new Links(List.of(one, two)).carriersOf(one)).containsExactly("one", "two");
    assertThat(new Links(List.of(one, two)).tunnelOf(one)).isEmpty();
  }

  @Test
  void tunnel_isToldAndNotLookedThrough() {
    Link tunnel = standing(8, "vx", "vxlan", ETH0);
    Link vlan = standing(9, "foo", "vlan", tunnel);
    var links = new Links(List.of(ETH0, tunnel, vlan));
    assertThat(links.carriersOf(vlan)).containsExactly("foo", "vx");
    assertThat(links.tunnelOf(vlan)).contains(tunnel);
    assertThat(links.tunnelOf(ETH0)).isEmpty();
  }

  @Test
  void zone_isANameOrANumber() {
    var links = new Links(List.of(ETH0, ETH1));
    assertThat(links.ofZone("eth1")).contains(ETH1);
    assertThat(links.ofZone("2")).contains(ETH0);
    assertThat(links.ofZone("eth9")).isEmpty();
  }

  /** A struct ifinfomsg of interface 9 with these attributes. */
  private static ByteBuffer message(byte[]... attributes) {
    ByteBuffer message = ByteBuffer.allocate(512).order(ByteOrder.nativeOrder());
    message.position(4).putInt(9).position(16);
    for (byte[] attribute : attributes) {
      message.put(attribute).position((message.position() + 3) & ~3);
    }
    return message.flip();
  }

  private static byte[] attribute(int type, byte... value) {
    return ByteBuffer.allocate(4 + value.length)
        .order(ByteOrder.nativeOrder())
        .putShort((short) (4 + value.length))
        .putShort((short) type)
        .put(value)
        .array();
  }

  private static byte[] attribute(int type, int value) {
    return attribute(
        type, ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array());
  }

  private static byte[] attribute(int type, String value) {
    return attribute(type, (value + "\0").getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] kind(String kind) {
    return attribute(18, attribute(1, kind));
  }

  @Test
  void link_ofBond_isReadWithItsMaster() {
    assertThat(Links.link(message(attribute(3, "eth7"), attribute(10, 4))))
        .isEqualTo(new Link(9, "eth7", "", 0, 4));
  }

  @Test
  void link_ofVlan_isReadWithWhatItStandsOn() {
    assertThat(Links.link(message(attribute(3, "foo"), attribute(5, 2), kind("vlan"))))
        .isEqualTo(new Link(9, "foo", "vlan", 2, 0));
  }

  @Test
  void link_whoseLowerPartIsInAnotherNamespace_standsOnNothingHere() {
    byte[] elsewhere = attribute(37, 0);
    assertThat(Links.link(message(attribute(3, "mv"), attribute(5, 2), kind("macvlan"), elsewhere)))
        .isEqualTo(new Link(9, "mv", "macvlan", 0, 0));
  }

  @Test
  void link_ofVeth_doesNotStandOnItsOtherEnd() {
    assertThat(Links.link(message(attribute(3, "v0"), attribute(5, 2), kind("veth"))))
        .isEqualTo(new Link(9, "v0", "veth", 0, 0));
  }

  @Test
  void answer_ofTheKernel_isReadToItsEnd() throws Exception {
    var request = new NetlinkRequest("testing", 18, true, ByteBuffer.allocate(16));
    var answers = new ArrayList<ByteBuffer>();
    ByteBuffer datagram = ByteBuffer.allocate(56).order(ByteOrder.nativeOrder());
    datagram.putInt(0, 20).putShort(4, (short) 16).put(16, (byte) 0xaa);
    datagram.putInt(20, 20).putShort(24, (short) 16).put(36, (byte) 0xee);
    datagram.putInt(40, 16).putShort(44, (short) 3);
    assertThat(request.parse(datagram, 16, answers)).isFalse();
    assertThat(answers).extracting(each -> each.get(0)).containsExactly((byte) 0xaa, (byte) 0xee);
  }

  @Test
  void answer_brokenOff_isAnErrorAndNoShorterList() {
    var request = new NetlinkRequest("testing", 18, true, ByteBuffer.allocate(16));
    for (int type : new int[] {2, 3}) {
      ByteBuffer datagram = ByteBuffer.allocate(40).order(ByteOrder.nativeOrder());
      datagram.putInt(0, 20).putShort(4, (short) 16);
      datagram.putInt(20, 20).putShort(24, (short) type).putInt(36, -105);
      assertThatThrownBy(() -> request.parse(datagram, 16, new ArrayList<>()))
          .hasMessage("testing failed with errno 105");
    }
  }

  @Test
  void answer_cutOff_isAnError() {
    var request = new NetlinkRequest("testing", 18, true, ByteBuffer.allocate(16));
    ByteBuffer cut = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder()).putInt(0, 40);
    assertThatThrownBy(() -> request.parse(cut, 16, new ArrayList<>()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cut off");
  }
}
