package io.aegis.enforcer.xdp.internal;

import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.xdp.internal.link.HostAddresses;
import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.link.Pins.LinkPin;
import io.aegis.enforcer.xdp.internal.load.Loader;
import io.aegis.enforcer.xdp.internal.load.VerifierException;
import io.aegis.enforcer.xdp.internal.map.BootClock;
import io.aegis.enforcer.xdp.internal.map.CounterTable;
import io.aegis.enforcer.xdp.internal.map.OwnAddresses;
import io.aegis.enforcer.xdp.internal.map.ProgramSettings;
import io.aegis.enforcer.xdp.internal.map.ProgramSettings.Trait;
import io.aegis.enforcer.xdp.internal.map.RecentBoot;
import io.aegis.enforcer.xdp.internal.map.StateWord;
import io.aegis.enforcer.xdp.internal.probe.Cpus;
import io.aegis.enforcer.xdp.internal.probe.Features;
import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Kernel;
import io.aegis.enforcer.xdp.internal.sys.Owned;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import io.aegis.enforcer.xdp.internal.table.GrantTable;
import io.aegis.enforcer.xdp.internal.table.TableKey;
import io.aegis.enforcer.xdp.internal.table.TableMaps;
import io.aegis.enforcer.xdp.internal.table.TableShape;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Opens an instance: everything that can fail without a trace comes first (probes, plans, loading),
 * then pins, then new attachments, then the replacement of programs that are attached. What was
 * done is taken back if the rest fails. For one thread, once.
 */
final class Opening {

  private static final System.Logger LOG = System.getLogger(Opening.class.getName());

  private final EnforcerSettings settings;
  private final XdpOptions options;
  private final Features features;
  private final String doing;
  private final Pins pins;
  private boolean isConfirmed;
  private final Owned owned = new Owned();

  private Opening(
      EnforcerSettings settings,
      XdpOptions options,
      Features features,
      String doing,
      boolean isConfirmed) {
    this.settings = settings;
    this.options = options;
    this.features = features;
    this.doing = doing;
    this.pins = new Pins(settings.instance());
    this.isConfirmed = isConfirmed;
  }

  /** Opens; the preconditions hold. */
  static XdpEnforcer open(
      EnforcerSettings settings,
      XdpOptions options,
      Features features,
      String doing,
      boolean isConfirmed) {
    var opening = new Opening(settings, options, features, doing, isConfirmed);
    try {
      return opening.run();
    } catch (Errno e) {
      EnforcerException failure = Failures.of(doing, e);
      opening.owned.closeInto(failure);
      throw failure;
    } catch (VerifierException | UncheckedIOException e) {
      var failure = new EnforcerException(Kind.INTERNAL, doing + ": " + e.getMessage(), e);
      opening.owned.closeInto(failure);
      throw failure;
    } catch (RuntimeException e) {
      opening.owned.closeInto(e);
      throw e;
    }
  }

  private XdpEnforcer run() throws Errno {
    owned.own(InstanceLock.take(settings.instance(), doing));
    // What is attached already has been confirmed: it would not have outlived its process. Looked
    // at with the lock: another one may just have come or gone.
    isConfirmed |= !pins.links().isEmpty();
    CompiledDirection arriving = CompiledDirection.of(Direction.INGRESS);
    CompiledDirection leaving = CompiledDirection.of(Direction.EGRESS);
    List<InterfacePlan> plans = InterfacePlan.of(settings.interfaces(), pins, doing);
    try (Loader loader = Loader.of(arriving.spec());
        Loader egressLoader = Loader.of(leaving.spec())) {
      TableShape shape = TableShape.of(settings.maxGrants());
      SharedMaps maps = owned.own(SharedMaps.open(pins, arriving.spec(), loader, shape, doing));
      if (maps.isBeside()) {
        requireAllNamed(plans);
      }
      var loaders = new Loaders(new Loading(arriving, loader), new Loading(leaving, egressLoader));
      return attach(plans, loaders, maps);
    }
  }

  /** What programs are loaded from. */
  private record Loading(CompiledDirection object, Loader loader) {}

  /** Of the two directions. */
  private record Loaders(Loading arriving, Loading leaving) {}

  private XdpEnforcer attach(List<InterfacePlan> plans, Loaders loaders, SharedMaps maps)
      throws Errno {
    StateWord state = owned.own(StateWord.map(maps.get(SharedMaps.STATE)));
    var counters = new CounterTable(maps.get(SharedMaps.COUNTERS), Cpus.possible());
    state.claim(ProcessHandle.current().pid());
    if (maps.isBeside()) {
      state.takeOver(maps.earlier(SharedMaps.STATE));
      counters.takeOver(maps.earlier(SharedMaps.COUNTERS));
    } else {
      state.noteLayout(); // else when the programs use it: whoever comes after a kill begins again
    }
    var boot = new RecentBoot(Kernel::bootNanos, System::nanoTime);
    var clock = new BootClock(settings.clock(), boot, state);
    clock.keepOffset();
    TableMaps table = owned.own(TableMaps.writable(maps.byName()));
    GrantTable grants = table.writer(clock, settings.maxGrants());
    takeOver(maps, grants);
    warnOfCapacity(grants);
    var own = new OwnAddresses(maps.get(SharedMaps.OWN));
    own.set(HostAddresses.ipv6());
    warnOfEgress();
    var pairs = new ArrayList<InterfacePrograms>();
    for (InterfacePlan plan : plans) {
      pairs.add(load(loaders, maps, table.key(), plan));
      if (!plan.isAdopted()) {
        counters.clear(plan.pin().slot());
      }
    }
    Protections protections = attachAll(plans, pairs, maps, state);
    warnOfOthers(plans);
    var events =
        owned.own(
            new DropEvents(
                settings.instance(),
                state,
                clock,
                maps.get(SharedMaps.EVENTS),
                protections.pins()));
    var readings = new XdpReadings(table.reader(clock), counters, own, protections);
    return new XdpEnforcer(
        datapath(plans, pairs, maps, protections, events), readings, grants, state, clock);
  }

  private XdpDatapath datapath(
      List<InterfacePlan> plans,
      List<InterfacePrograms> programs,
      SharedMaps maps,
      Protections protections,
      DropEvents events) {
    var byName = new HashMap<String, InterfacePrograms>();
    for (int i = 0; i < plans.size(); i++) {
      byName.put(plans.get(i).settings().name(), programs.get(i));
    }
    var confirmation =
        new Confirmation(pins, maps, protections, answering(plans, programs, maps), isConfirmed);
    return new XdpDatapath(settings.instance(), confirmation, events, byName, owned);
  }

  /**
   * What {@link PinnedTwin} answers by, in the order in which it is pinned: the programs last,
   * since by them it tells whether the rest is theirs.
   */
  private SequencedMap<Path, OwnedFd> answering(
      List<InterfacePlan> plans, List<InterfacePrograms> programs, SharedMaps maps) {
    var settings = new LinkedHashMap<Path, OwnedFd>();
    var attached = new LinkedHashMap<Path, OwnedFd>();
    settings.put(pins.map(SharedMaps.OWN), maps.get(SharedMaps.OWN));
    for (int i = 0; i < plans.size(); i++) {
      LinkPin pin = plans.get(i).pin();
      for (GateProgram each : programs.get(i).all()) {
        settings.put(pin.settings(each.way()), each.constants());
        attached.put(pin.program(each.way()), each.live());
      }
    }
    settings.putAll(attached);
    return settings;
  }

  /** Said once, as nothing else would tell: an older kernel filters one direction. */
  private void warnOfEgress() {
    if (!features.hasEgress()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "event=egress-not-filtered instance={0} why=\"this kernel has no tcx: what leaves passes,"
              + " and idle limits count one direction\" remedy=\"Linux 6.6 or later\"",
          settings.instance());
    }
  }

  /** Copies the grants of an earlier layout; the maps they stand in enforce on meanwhile. */
  private void takeOver(SharedMaps maps, GrantTable grants) throws Errno {
    try {
      grants.takeOver(maps.carried());
    } catch (IllegalArgumentException e) {
      throw new EnforcerException(
          Kind.BAD_SETTINGS,
          doing + ": " + e.getMessage() + " that are in force; raise maxGrants",
          e);
    }
  }

  /** A table has the size that it was made with: its memory is in use. */
  private void warnOfCapacity(GrantTable grants) {
    if (grants.maxGrants() < settings.maxGrants()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "event=capacity-kept instance={0} max_grants={1,number,#} wanted={2,number,#}"
              + " remedy=\"detach the instance once, then start\"",
          settings.instance(),
          grants.maxGrants(),
          settings.maxGrants());
    }
  }

  /** A program that is not replaced would go on with grants that nobody removes any more. */
  private void requireAllNamed(List<InterfacePlan> plans) {
    for (LinkPin pin : pins.links()) {
      if (plans.stream().noneMatch(plan -> plan.pin().path().equals(pin.path()))) {
        throw new EnforcerException(
            Kind.BAD_SETTINGS,
            doing
                + ": the interface "
                + pin.interfaceName()
                + " is enforced by an earlier version and is not named; name it for one start, so"
                + " that it is taken over, or detach the instance");
      }
    }
  }

  private InterfacePrograms load(Loaders loaders, SharedMaps maps, TableKey key, InterfacePlan plan)
      throws Errno {
    int flags = features.hasFragments() ? BpfProg.HAS_FRAGS : 0;
    GateProgram arriving = load(loaders.arriving(), maps, key, plan, flags);
    if (!features.hasEgress()) {
      return new InterfacePrograms(arriving, null);
    }
    return new InterfacePrograms(arriving, load(loaders.leaving(), maps, key, plan, 0));
  }

  private GateProgram load(
      Loading loading, SharedMaps maps, TableKey key, InterfacePlan plan, int flags) throws Errno {
    CompiledDirection object = loading.object();
    return owned.own(
        GateProgram.load(
            object, loading.loader(), maps.byName(), key, told(plan, object.way()), flags));
  }

  private ProgramSettings told(InterfacePlan plan, Direction way) {
    var traits = EnumSet.noneOf(Trait.class);
    if (features.hasBufferLength()) {
      traits.add(Trait.BUFFER_LENGTH);
    }
    if (features.hasEgress()) {
      traits.add(Trait.BOTH_WAYS);
    }
    return new ProgramSettings(
        plan.pin().slot(), way, plan.settings(), settings.staticRules(), traits);
  }

  private Protections attachAll(
      List<InterfacePlan> plans, List<InterfacePrograms> pairs, SharedMaps maps, StateWord state)
      throws Errno {
    var rollback = new Rollback();
    var attachment = new Attachment(options.attachMode(), doing, rollback);
    var attached = new ArrayList<Protection>();
    try {
      if (isConfirmed) {
        maps.pin(pins);
      }
      // New ones first: they are the ones that may be refused.
      for (boolean adopted : new boolean[] {false, true}) {
        for (int i = 0; i < plans.size(); i++) {
          if (plans.get(i).isAdopted() == adopted) {
            attached.add(owned.own(attachment.attach(plans.get(i), pairs.get(i), isConfirmed)));
          }
        }
      }
      if (isConfirmed) {
        attachment.pinAnswering(answering(plans, pairs, maps));
      }
      attached.sort(Comparator.comparingInt(each -> each.pin().slot()));
      var protections = new Protections(attached);
      owned.own(LinkWatch.start(protections, settings.instance()));
      state.noteLayout();
      maps.forgetBefore(pins);
      return protections;
    } catch (Errno | RuntimeException e) {
      rollback.run(e);
      maps.unpin(pins);
      throw e;
    } finally {
      rollback.close();
    }
  }

  /**
   * Only {@code detach} ends enforcement, so interfaces that are no longer named stay protected.
   */
  private void warnOfOthers(List<InterfacePlan> plans) {
    for (LinkPin pin : pins.links()) {
      if (plans.stream().noneMatch(plan -> plan.pin().path().equals(pin.path()))) {
        LOG.log(
            System.Logger.Level.WARNING,
            "event=still-enforced instance={0} interface={1} remedy=\"detach the instance\"",
            settings.instance(),
            pin.interfaceName());
      }
    }
  }
}
