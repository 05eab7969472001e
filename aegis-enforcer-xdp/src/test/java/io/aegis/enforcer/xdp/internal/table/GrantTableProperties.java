package io.aegis.enforcer.xdp.internal.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.GrantUpdate.Extension;
import io.aegis.enforcer.spi.UpdateResult;
import io.aegis.enforcer.spi.UpdateResult.Failed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Histories of a table against a plain map: whatever was done, in an order and with a key that
 * nobody chose, exactly the grants of the map are in force, also in the middle of every wait.
 */
class GrantTableProperties {

  private static final int MOST = 96;
  private static final int IDS = 120;

  /** So few lines that three quarters of all slots are in use and grants must make way. */
  private static final TableShape TIGHT = new TableShape(MOST + 8, 16, 1024);

  private final Map<GrantId, Grant> model = new HashMap<>();
  private HeapTable heap = new HeapTable(TIGHT);
  private GrantTable table = heap.open(MOST);
  private Random random = new Random(0);

  private Target exact() {
    return Target.of(IpAddress.parse("10.77.9.1"), Protocol.TCP, 443 + random.nextInt(3));
  }

  /** Of more widths than there is room for. */
  private Target wide() {
    int length = random.nextInt(25);
    PortRange ports =
        switch (random.nextInt(3)) {
          case 0 -> PortRange.ANY;
          case 1 -> PortRange.of(443 + random.nextInt(2));
          default -> new PortRange(440, 443 + random.nextInt(3));
        };
    long bits = length == 0 ? 0 : 0x0A4D_0900L & (-1L << (32 - length));
    var first = new IpAddress(IpAddress.Family.IPV4, 0, bits);
    return new Target(new Prefix(first, length), Protocol.TCP, ports);
  }

  private Grant grant(long id) {
    int client = random.nextInt(40);
    Target target = random.nextInt(3) == 0 ? wide() : exact();
    var address = new IpAddress(IpAddress.Family.IPV4, 0, 0x0A4D_0000L + client);
    Grant grant =
        Grant.until(new GrantId(id), address, target, HeapTable.NOW.plusSeconds(60))
            .withSoftExpiry(HeapTable.NOW.plusSeconds(1 + random.nextInt(50)));
    return random.nextInt(8) == 0 ? grant.withMode(EnforcementMode.AUDIT) : grant;
  }

  @Property(tries = 60)
  void table_afterAnyHistory_holdsWhatThePlainMapHolds(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int steps) throws Exception {
    random = new Random(seed);
    model.clear();
    heap = new HeapTable(TIGHT);
    heap.duringWait = this::nothingIsMissing;
    table = heap.open(MOST);
    for (int step = 0; step < steps; step++) {
      switch (random.nextInt(8)) {
        case 0 -> table = heap.open(MOST); // as after a kill between two updates
        case 1 -> replace();
        default -> apply();
      }
      assertThat(heap.reader.grants()).containsExactlyInAnyOrderElementsOf(model.values());
      exactlyTheModelIsFound();
    }
  }

  private void apply() throws Exception {
    var removes = new ArrayList<GrantId>();
    var upserts = new ArrayList<Grant>();
    var extensions = new ArrayList<Extension>();
    for (long id = 1; id <= IDS; id++) {
      switch (random.nextInt(12)) {
        case 0, 1 -> removes.add(new GrantId(id));
        case 2, 3, 4 -> upserts.add(grant(id));
        case 5 -> extensions.add(new Extension(new GrantId(id), HeapTable.NOW.plusSeconds(100)));
        default -> {}
      }
    }
    // While it runs, what is to stay as it is must be found at any moment.
    removes.forEach(model::remove);
    Map<GrantId, Grant> before = new HashMap<>(model);
    upserts.forEach(grant -> model.remove(grant.id()));
    UpdateResult result = table.apply(new GrantUpdate(removes, upserts, extensions));
    model.putAll(before);
    Map<GrantId, Failed> failed = failures(result);
    upserts.forEach(grant -> model.remove(grant.id())); // of one that failed no form is left
    upserts.stream()
        .filter(grant -> !failed.containsKey(grant.id()))
        .forEach(grant -> model.put(grant.id(), grant));
    for (Extension each : extensions) {
      Grant old = model.get(each.id());
      assertThat(failed.containsKey(each.id())).isEqualTo(old == null);
      if (old != null) {
        model.put(each.id(), old.withSoftExpiry(old.hardExpiry()));
      }
    }
    assertThat(result.outcomes()).hasSize(removes.size() + upserts.size() + extensions.size());
  }

  private void replace() throws Exception {
    var wanted = new HashMap<>(model);
    for (long id = 1; id <= IDS; id++) {
      if (random.nextInt(10) == 0) {
        wanted.remove(new GrantId(id));
      } else if (random.nextInt(10) == 0) {
        wanted.put(new GrantId(id), grant(id));
      }
    }
    model.clear(); // nothing is promised of what is in between
    Map<GrantId, Failed> failed = failures(table.replace(wanted.values()));
    wanted.forEach((id, grant) -> {
      if (!failed.containsKey(id)) {
        model.put(id, grant);
      }
    });
  }

  private Map<GrantId, Failed> failures(UpdateResult result) {
    Map<GrantId, Failed> failed = new HashMap<>();
    for (Failed each : result.failures()) {
      assertThat(each.kind()).isIn(Kind.EXHAUSTED, Kind.INTERNAL);
      failed.put(each.grantId(), each);
    }
    return failed;
  }

  private void nothingIsMissing() {
    for (Grant grant : model.values()) {
      assertThat(heap.found(grant)).as("%s", grant).contains(grant.id().value());
    }
  }

  private void exactlyTheModelIsFound() {
    nothingIsMissing();
    for (Grant grant : model.values()) {
      List<Long> sharing =
          model.values().stream()
              .filter(each -> each.client().equals(grant.client()))
              .filter(each -> each.target().equals(grant.target()))
              .map(each -> each.id().value())
              .toList();
      assertThat(heap.found(grant)).containsExactlyInAnyOrderElementsOf(sharing);
      assertThat(sharing).hasSizeLessThanOrEqualTo(GrantTable.MOST_PER_TUPLE);
    }
  }
}
