package io.aegis.enforcer.xdp.internal.table;

import io.aegis.enforcer.spi.Activity;
import io.aegis.enforcer.xdp.internal.map.BootClock.Calendar;
import java.time.Instant;

/**
 * What the datapath wrote about one grant.
 *
 * @param inBootNs when it was applied, or later last admitted a packet of its client, boot time
 * @param outBootNs when it was applied, or later last admitted one to its client, boot time
 * @param packets how many of its client
 * @param bytes their length
 */
record Seen(long inBootNs, long outBootNs, long packets, long bytes) {

  static final Seen NOTHING = new Seen(0, 0, 0, 0);

  /** Returns what a grant has seen that is applied now. */
  static Seen nothingSince(long bootNs) {
    return new Seen(bootNs, bootNs, 0, 0);
  }

  Activity toActivity(Calendar calendar) {
    Instant last = calendar.toInstant(inBootNs);
    return packets == 0 ? Activity.NONE : new Activity(packets, bytes, last);
  }

  /** Returns when the last packet of the client passed, boot time; 0 for never. */
  long lastBootNs() {
    return packets == 0 ? 0 : inBootNs;
  }

  /** Returns the same for a grant that is applied anew: its idle time begins again. */
  Seen appliedAt(long bootNs) {
    return new Seen(bootNs, bootNs, packets, bytes);
  }

  /** Returns what came since. */
  Seen since(Seen earlier) {
    return new Seen(inBootNs, outBootNs, packets - earlier.packets, bytes - earlier.bytes);
  }
}
