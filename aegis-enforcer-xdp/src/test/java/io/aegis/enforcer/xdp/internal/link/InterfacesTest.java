package io.aegis.enforcer.xdp.internal.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class InterfacesTest {

  private static ByteBuffer message(int type, int length) {
    return ByteBuffer.allocate(length)
        .order(ByteOrder.nativeOrder())
        .putInt(length)
        .putShort((short) type)
        .putShort((short) 0)
        .putLong(0);
  }

  /** struct ifinfomsg, then IFLA_IFNAME "a0", IFLA_MTU 1500, IFLA_XDP { IFLA_XDP_PROG_ID 9 }. */
  private static byte[] link() {
    return message(16, 16 + 16 + 8 + 8 + 12)
        .putShort((short) 0)
        .putShort((short) 1)
        .putInt(5)
        .putLong(0)
        .putShort((short) 7)
        .putShort((short) 3)
        .put(new byte[] {'a', '0', 0, 0})
        .putShort((short) 8)
        .putShort((short) 4)
        .putInt(1500)
        .putShort((short) 12)
        .putShort((short) (43 | 0x8000))
        .putShort((short) 8)
        .putShort((short) 4)
        .putInt(9)
        .array();
  }

  @Test
  void parse_ofALink_readsWhatIsNeeded() throws Exception {
    var interfaces = new ArrayList<NetInterface>();

    assertThat(Interfaces.parse(link(), interfaces)).isTrue();

    assertThat(interfaces).containsExactly(new NetInterface(5, "a0", 1, 1500, 9));
    assertThat(interfaces.getFirst().isEthernet()).isTrue();
  }

  @Test
  void parse_ofTheEnd_asksForNoMore() throws Exception {
    assertThat(Interfaces.parse(message(3, 20).array(), new ArrayList<>())).isFalse();
  }

  @Test
  void parse_ofAnError_throwsIt() {
    byte[] error = message(2, 36).putInt(-1).array();

    assertThatThrownBy(() -> Interfaces.parse(error, new ArrayList<>()))
        .isInstanceOfSatisfying(Errno.class, e -> assertThat(e.number()).isEqualTo(Errno.EPERM));
  }
}
