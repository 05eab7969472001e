package io.aegis.enforcer.xdp.internal.table;

import io.aegis.enforcer.spi.Activity;
import io.aegis.enforcer.xdp.internal.map.BootClock.Calendar;
import java.time.Instant;

/**
 * What the datapath wrote about one grant.
 *
 * @param lastBootNs when it last admitted a packet, boot time; 0 for never
 * @param packets how many
 * @param bytes their length
 */
record Seen(long lastBootNs, long packets, long bytes) {

  static final Seen NOTHING = new Seen(0, 0, 0);

  Activity toActivity(Calendar calendar) {
    Instant last = lastBootNs == 0 ? null : calendar.toInstant(lastBootNs);
    return packets == 0 ? Activity.NONE : new Activity(packets, bytes, last);
  }

  /** Returns what came since. */
  Seen since(Seen earlier) {
    return new Seen(lastBootNs, packets - earlier.packets, bytes - earlier.bytes);
  }
}
