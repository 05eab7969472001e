package io.aegis.enforcer.spi;

import io.aegis.api.IpAddress;
import io.aegis.api.Reason;
import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.ParsedFrame.IpPacket;
import io.aegis.enforcer.spi.ParsedFrame.Ports;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Tells of a frame that was dropped what could be read of it. Stateless. */
final class FrameDrops {

  private FrameDrops() {}

  static DropEvent event(
      Instant at, String interfaceName, Direction way, Reason reason, ParsedFrame frame) {
    if (!(frame instanceof IpPacket packet)) {
      return new DropEvent(at, interfaceName, way, reason, null, null, null, null, null, 0);
    }
    boolean readable = packet.addresses().matchable();
    @Nullable IpAddress source = readable ? packet.addresses().source() : null;
    @Nullable IpAddress destination = readable ? packet.addresses().destination() : null;
    @Nullable Ports ports = packet.transport() instanceof Ports found ? found : null;
    return new DropEvent(
        at,
        interfaceName,
        way,
        reason,
        source,
        destination,
        packet.protocol(),
        ports == null ? null : ports.source(),
        ports == null ? null : ports.destination(),
        0);
  }
}
