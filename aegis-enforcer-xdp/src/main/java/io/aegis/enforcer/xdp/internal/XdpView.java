package io.aegis.enforcer.xdp.internal;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.Activity;
import io.aegis.enforcer.spi.Counters;
import io.aegis.enforcer.spi.Counters.Count;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.EnforcerView;
import io.aegis.enforcer.spi.Health;
import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.link.Pins.LinkPin;
import io.aegis.enforcer.xdp.internal.link.XdpLink;
import io.aegis.enforcer.xdp.internal.map.BootClock;
import io.aegis.enforcer.xdp.internal.map.CounterTable;
import io.aegis.enforcer.xdp.internal.map.StateWord;
import io.aegis.enforcer.xdp.internal.probe.Cpus;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Kernel;
import io.aegis.enforcer.xdp.internal.sys.Owned;
import io.aegis.enforcer.xdp.internal.table.TableMaps;
import io.aegis.enforcer.xdp.internal.table.TableReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks at what an instance has pinned, beside the process that has it open or after its death.
 * Takes no lock and writes nothing. Thread-safe.
 */
final class XdpView implements EnforcerView {

  private final String instance;
  private final Pins pins;
  private final SharedMaps maps;
  private final TableReader grants;
  private final CounterTable counters;
  private final Owned owned;
  private final Life life;

  private XdpView(
      Pins pins, SharedMaps maps, TableReader grants, CounterTable counters, Owned owned) {
    this.instance = pins.instance();
    this.pins = pins;
    this.maps = maps;
    this.grants = grants;
    this.counters = counters;
    this.owned = owned;
    this.life = new Life("the view of instance " + instance);
  }

  /** Opens what is pinned; the preconditions hold. */
  static XdpView open(String instance, InstantSource wall, String doing) {
    var pins = new Pins(instance);
    if (pins.links().isEmpty()) {
      throw new EnforcerException(
          Kind.BAD_SETTINGS,
          doing
              + ": there is no such instance: nothing is pinned in "
              + pins.directory()
              + " (an agent names its instance by agent.instance)");
    }
    var owned = new Owned();
    try {
      SharedMaps maps = owned.own(SharedMaps.openPinned(pins, doing));
      StateWord state = owned.own(StateWord.mapReadOnly(maps.get(SharedMaps.STATE)));
      var clock = new BootClock(wall, Kernel::bootNanos, readOnly(state));
      TableReader reader = owned.own(TableMaps.readOnly(maps.byName())).reader(clock);
      var counters = new CounterTable(maps.get(SharedMaps.COUNTERS), Cpus.possible());
      return new XdpView(pins, maps, reader, counters, owned);
    } catch (Errno e) {
      EnforcerException failure = Failures.of(doing, e);
      owned.closeInto(failure);
      throw failure;
    } catch (RuntimeException e) {
      owned.closeInto(e);
      throw e;
    }
  }

  /** A view changes nothing, so where the clocks have drifted it computes each time anew. */
  private static BootClock.Offset readOnly(StateWord state) {
    return new BootClock.Offset() {
      @Override
      public long load() {
        return state.load();
      }

      @Override
      public void store(long nanos) {}
    };
  }

  @Override
  public List<Grant> grants() {
    return life.whileOpen("reading grants", grants::grants);
  }

  @Override
  public Map<GrantId, Activity> activity() {
    return life.whileOpen("reading activity", grants::activity);
  }

  @Override
  public Counters counters() {
    return life.whileOpen(
        "reading counters",
        () -> {
          var counts = new ArrayList<Count>();
          for (LinkPin pin : pins.links()) {
            counts.addAll(counters.read(pin.slot(), pin.interfaceName()));
          }
          return new Counters(counts);
        });
  }

  /**
   * Judges by the links alone: the interfaces may be in another network namespace, where this
   * process cannot see them.
   */
  @Override
  public Health health() {
    return life.whileOpen(
        "checking health",
        () -> {
          var problems = new ArrayList<String>();
          if (pins.links().isEmpty()) {
            problems.add("instance " + instance + " is detached");
          }
          pins.links().forEach(pin -> problem(pin, problems));
          pins.withoutLink()
              .forEach(path ->
                  problems.add(
                      path.getFileName()
                          + " is pinned, but the link beside it is not: the interface may be open"));
          return new Health(problems);
        });
  }

  /** As the links tell: a kernel without programs for what leaves has none of those. */
  @Override
  public Set<Direction> filtered() {
    return life.whileOpen(
        "asking what is filtered",
        () ->
            pins.links().isEmpty()
                ? Set.of()
                : pins.links().stream().allMatch(pin -> Files.exists(pin.egress()))
                    ? Set.of(Direction.INGRESS, Direction.EGRESS)
                    : Set.of(Direction.INGRESS));
  }

  private static void problem(LinkPin pin, List<String> problems) {
    int before = problems.size();
    problem(pin, pin.path(), "the program is off, or the interface is gone", problems);
    if (problems.size() == before && Files.exists(pin.egress())) {
      problem(pin, pin.egress(), "what leaves is not filtered any more", problems);
    }
  }

  private static void problem(LinkPin pin, Path path, String what, List<String> problems) {
    try (XdpLink link = XdpLink.open(path)) {
      if (link.info().interfaceIndex() == 0) {
        problems.add(pin.interfaceName() + ": " + what);
      }
    } catch (Errno e) {
      problems.add(pin.interfaceName() + ": its link cannot be read: " + e.getMessage());
    }
  }

  @Override
  public Verdict explain(String interfaceName, byte[] frame) {
    return explain(Direction.INGRESS, interfaceName, frame);
  }

  @Override
  public Verdict explain(Direction way, String interfaceName, byte[] frame) {
    return life.whileOpen("explaining a frame", () -> answer(way, pinOf(interfaceName), frame));
  }

  private LinkPin pinOf(String interfaceName) {
    List<LinkPin> links = pins.links();
    return links.stream()
        .filter(pin -> pin.interfaceName().equals(interfaceName))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "instance %s does not protect %s; it protects %s"
                    .formatted(
                        instance,
                        interfaceName,
                        links.stream().map(LinkPin::interfaceName).toList())));
  }

  private Verdict answer(Direction way, LinkPin pin, byte[] frame) throws Errno {
    if (!Files.exists(pin.link(way))) {
      throw new EnforcerException(
          Kind.UNSUPPORTED,
          "explaining a frame that leaves through %s: what leaves is not filtered there"
              .formatted(pin.interfaceName()));
    }
    return new PinnedTwin(pins, pin, way, maps).ask(frame);
  }

  @Override
  public void close() {
    life.close(owned);
  }
}
