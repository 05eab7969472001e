package io.aegis.enforcer.xdp.internal;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.enforcer.spi.Activity;
import io.aegis.enforcer.spi.Counters;
import io.aegis.enforcer.spi.Counters.Count;
import io.aegis.enforcer.spi.Health;
import io.aegis.enforcer.xdp.internal.link.HostAddresses;
import io.aegis.enforcer.xdp.internal.link.Pins.LinkPin;
import io.aegis.enforcer.xdp.internal.map.CounterTable;
import io.aegis.enforcer.xdp.internal.map.OwnAddresses;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.table.TableReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What can be read of an instance, from the kernel itself. Thread-safe; borrows everything.
 *
 * @param grants the grants and their activity
 * @param counters the counters
 * @param own where the addresses of this host are kept for the datapath
 * @param protections the protected interfaces
 */
record XdpReadings(
    TableReader grants, CounterTable counters, OwnAddresses own, Protections protections) {

  List<Grant> readGrants() {
    return grants.grants();
  }

  Map<GrantId, Activity> readActivity() {
    return grants.activity();
  }

  Counters readCounters() throws Errno {
    var counts = new ArrayList<Count>();
    for (LinkPin pin : protections.pins()) {
      counts.addAll(counters.read(pin.slot(), pin.interfaceName()));
    }
    return new Counters(counts);
  }

  /** Looks whether everything is in place, and tells the datapath of new addresses of this host. */
  Health readHealth() {
    var problems = new ArrayList<>(protections.health().problems());
    try {
      own.set(HostAddresses.ipv6());
    } catch (Errno e) {
      problems.add(
          "telling the datapath the addresses of this host: "
              + e.getMessage()
              + "; neighbour discovery by unicast fails for some of them");
    }
    return new Health(problems);
  }
}
