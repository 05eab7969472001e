package io.aegis.enforcer.xdp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Reason;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.probe.Cpus;
import io.aegis.enforcer.xdp.internal.sys.Kernel;
import io.aegis.enforcer.xdp.internal.table.LayoutTwoMaps;
import io.aegis.enforcer.xdp.internal.table.TableMaps;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An instance that layout 2 has pinned is taken over: grants, activity, counters, lease. */
@Tag("kernel")
class MigrationIT {

  private static final int PORT = 7001;
  private static final long PACKETS = 17;
  private static final List<String> MAPS =
      List.of(
          TableMaps.LINES,
          TableMaps.RECORDS,
          TableMaps.FILTER,
          TableMaps.SHAPE,
          SharedMaps.COUNTERS,
          SharedMaps.STATE);

  @RegisterExtension final Scene scene = new Scene("agmig");

  private Grant grant(long id) {
    return Grant.until(
        new GrantId(id),
        IpAddress.parse(scene.veth().farAddress()),
        Target.of(IpAddress.parse(scene.veth().nearAddress()), Protocol.UDP, PORT + (int) (id / 3)),
        Instant.now().plusSeconds(600));
  }

  private List<Grant> grants() {
    var grants = new ArrayList<>(LongStream.rangeClosed(1, 12).mapToObj(this::grant).toList());
    grants.set(3, grants.get(3).withMode(EnforcementMode.AUDIT));
    grants.set(4, grants.get(4).withIdleLimit(Duration.ofMinutes(5)));
    grants.set(11, grants.get(11).withNeedsLease(true));
    return grants;
  }

  /** Lets what is pinned look as layout 2 would have left it; programs stay attached. */
  private void turnBack(List<Grant> grants) throws Exception {
    try (Enforcer enforcer = scene.open()) {
      enforcer.apply(GrantUpdate.adding(grant(99)));
    }
    MAPS.forEach(name -> Pins.remove(scene.pins().map(name)));
    long lease = Kernel.bootNanos() + Duration.ofMinutes(1).toNanos();
    LayoutTwoMaps.pin(scene.pins(), Cpus.possible(), grants, PACKETS, lease);
  }

  private void assertTakenOver(Enforcer enforcer, List<Grant> grants) {
    assertThat(enforcer.grants()).isEqualTo(grants);
    assertThat(Objects.requireNonNull(enforcer.activity().get(new GrantId(5))).packets())
        .isEqualTo(PACKETS);
    assertThat(scene.reason(enforcer, PORT)).isEqualTo(Reason.GRANT);
    assertThat(scene.reason(enforcer, PORT + 100)).isEqualTo(Reason.NO_GRANT);
    assertThat(enforcer.health().isGreen()).isTrue();
    assertThat(scene.reason(enforcer, PORT + 4)).as("the lease goes on").isEqualTo(Reason.GRANT);
    assertThat(enforcer.counters().packets(Reason.NO_GRANT)).isEqualTo(LayoutTwoMaps.DROPPED);
    MAPS.forEach(name -> assertThat(scene.pins().earlierMap(name)).doesNotExist());
  }

  @Test
  void open_overLayoutTwo_takesEverythingOver_andReopensAsUsual() throws Exception {
    List<Grant> grants = grants();
    turnBack(grants);

    try (Enforcer enforcer = scene.open()) {
      assertTakenOver(enforcer, grants);
      enforcer.apply(GrantUpdate.removing(new GrantId(1), new GrantId(2)));
      assertThat(scene.reason(enforcer, PORT)).isEqualTo(Reason.NO_GRANT);
    }
    try (Enforcer enforcer = scene.open()) {
      assertThat(enforcer.grants()).isEqualTo(grants.subList(2, 12));
    }
  }

  @Test
  void open_afterAKillOnTheWay_beginsAgain() throws Exception {
    List<Grant> grants = grants();
    turnBack(grants);
    // What a process leaves that is killed after it pinned a table and before it was done.
    Veth.run(
        "bpftool",
        "map",
        "create",
        scene.pins().map(TableMaps.LINES).toString(),
        "type",
        "array",
        "key",
        "4",
        "value",
        "64",
        "entries",
        "1",
        "name",
        "left");

    try (Enforcer enforcer = scene.open()) {
      assertTakenOver(enforcer, grants);
    }
  }

  @Test
  void open_withTooLittleRoom_isRefused_andNothingHasChanged() throws Exception {
    List<Grant> many =
        LongStream.rangeClosed(1, 64)
            .mapToObj(i ->
                Grant.until(
                    new GrantId(i),
                    new IpAddress(IpAddress.Family.IPV4, 0, 0x0A4D_0000L + i),
                    grant(1).target(),
                    Instant.now().plusSeconds(600)))
            .toList();
    turnBack(many);
    var small =
        new EnforcerSettings(
            scene.instance(),
            Settings.of(scene.instance(), scene.veth().near()).interfaces(),
            List.of(),
            10,
            InstantSource.system(),
            Map.of());

    assertThatThrownBy(() -> scene.provider().open(small))
        .isInstanceOf(EnforcerException.class)
        .hasMessageContainingAll("no room for 64", "raise maxGrants");

    assertThat(scene.pins().earlierMap(TableMaps.RECORDS)).exists();
    assertThat(Files.exists(scene.pins().map(TableMaps.LINES))).isFalse();
    try (Enforcer enforcer = scene.open()) {
      assertThat(enforcer.grants()).isEqualTo(many);
    }
  }

  @Test
  void open_thatLeavesOutAnInterfaceOfLayoutTwo_isRefused() throws Exception {
    turnBack(grants());
    try (Veth other = Veth.create()) {
      assertThatThrownBy(() -> scene.provider().open(Settings.of(scene.instance(), other.near())))
          .isInstanceOf(EnforcerException.class)
          .hasMessageContainingAll(scene.veth().near(), "is not named");
    }
    assertThat(scene.pins().earlierMap(TableMaps.RECORDS)).exists();
  }

  @Test
  void inspect_ofLayoutTwo_saysWhatToDo() throws Exception {
    turnBack(grants());
    assertThatThrownBy(() -> scene.provider().inspect(scene.instance(), InstantSource.system()))
        .isInstanceOf(EnforcerException.class)
        .hasMessageContaining("layout 2");
  }
}
