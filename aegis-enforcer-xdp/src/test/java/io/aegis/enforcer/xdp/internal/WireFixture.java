package io.aegis.enforcer.xdp.internal;

import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.PacketSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The XDP enforcer on one end of a veth that is up, where frames really leave: the kernel makes
 * packets of them and runs the program that is attached, and the sender is told what became of it.
 */
final class WireFixture extends XdpFixture {

  private final EnforcerSettings settings;
  private final PacketSocket socket;

  WireFixture() {
    EnforcerSettings both = super.settings();
    String near = both.interfaces().getFirst().name();
    settings =
        new EnforcerSettings(
            both.instance(),
            List.of(both.interfaces().getFirst()),
            both.staticRules(),
            both.maxGrants(),
            both.clock(),
            both.options());
    for (String each : List.of(near, both.interfaces().get(1).name())) {
      withoutIpv6(each); // the kernel's own frames would count
      Veth.run("ip", "link", "set", each, "up");
    }
    try {
      socket = PacketSocket.sending(near);
    } catch (Errno e) {
      throw new IllegalStateException(e);
    }
  }

  private static void withoutIpv6(String name) {
    try {
      Files.writeString(Path.of("/proc/sys/net/ipv6/conf", name, "disable_ipv6"), "1");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public EnforcerSettings settings() {
    return settings;
  }

  @Override
  public boolean leave(String interfaceName, byte[] frame) {
    try {
      return socket.send(frame);
    } catch (Errno e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    socket.close();
    super.close();
  }
}
