package io.aegis.enforcer.xdp.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class HostAddressesTest {

  private static final IpAddress OWN = IpAddress.parse("fd77::1");
  private static final IpAddress PEER = IpAddress.parse("fd77::2");

  /** struct ifaddrmsg, then IFA_ADDRESS and, on a point-to-point link, IFA_LOCAL. */
  private static byte[] message(IpAddress address, IpAddress... local) {
    int length = 16 + 8 + 20 + 20 * local.length;
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
    bytes.putInt(length).putShort((short) 20).putShort((short) 0).putLong(0);
    bytes.put((byte) 10).put(new byte[7]);
    bytes.putShort((short) 20).putShort((short) 1).put(address.bytes());
    for (IpAddress each : local) {
      bytes.putShort((short) 20).putShort((short) 2).put(each.bytes());
    }
    return bytes.array();
  }

  @Test
  void parse_ofAnAddress_readsIt() throws Exception {
    var addresses = new HashSet<IpAddress>();

    assertThat(HostAddresses.parse(message(OWN), addresses)).isTrue();

    assertThat(addresses).containsExactly(OWN);
  }

  @Test
  void parse_ofAPointToPointLink_readsTheNearEnd() throws Exception {
    var addresses = new HashSet<IpAddress>();

    HostAddresses.parse(message(PEER, OWN), addresses);

    assertThat(addresses).containsExactly(OWN);
  }
}
