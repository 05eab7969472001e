package io.aegis.enforcer.xdp.internal.bench;

import io.aegis.api.Grant;
import io.aegis.api.IpAddress;
import io.aegis.api.Reason;
import io.aegis.enforcer.xdp.internal.bench.GateWorks.Planned;
import io.aegis.enforcer.xdp.internal.probe.Features;
import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Owned;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.util.Collections;
import java.util.List;

/**
 * The works of datapath.md under "Budgets" on very many grants, where every packet comes from
 * another client and so meets cold memory. For one thread.
 */
final class ScaleWorks implements AutoCloseable {

  private final Owned owned = new Owned();
  private final Gate gate;
  private final List<Work> floors;
  private final List<Planned> planned;

  private ScaleWorks(Features features, int clients, boolean hasBudget) throws Errno {
    try {
      gate = owned.own(Gate.load(features, clients, List.of()));
      List<Grant> grants = GateWorks.grants(clients);
      Gate.requireDone(gate.table().replace(grants));
      Floor floor = owned.own(Floor.load(features, clients, clients));
      String many = ", %,d grants, B".formatted(clients);
      var hit = cycle("floor: find in HASH" + many, floor.lookup(), 0, true, clients);
      var miss = cycle("floor: miss in HASH" + many, floor.lookup(), 0, false, clients);
      OwnedFd program = gate.program(List.of());
      var admit = cycle("admit by exact grant, IPv4" + many, program, gate.flags(), true, clients);
      var drop = cycle("drop without a grant, IPv4" + many, program, gate.flags(), false, clients);
      GateWorks.requireReason(gate, Reason.GRANT, admit);
      GateWorks.requireReason(gate, Reason.NO_GRANT, drop);
      var floorOfMixed = mixed("floor: find in HASH, or miss" + many, floor.lookup(), 0, clients);
      var mixed =
          mixed(
              "mixed, every other client with a grant, IPv4" + many,
              program,
              gate.flags(),
              clients);
      requireHalf(gate, mixed, clients);
      floors = List.of(hit, miss, floorOfMixed);
      planned =
          List.of(
              new Planned(admit, hit, hasBudget ? 0.8 : null),
              new Planned(drop, miss, hasBudget ? 0.25 : null),
              new Planned(mixed, floorOfMixed, null));
    } catch (Errno | RuntimeException e) {
      owned.closeInto(e);
      throw e;
    }
  }

  /** Loads everything, with so many clients; budgets are for very many. */
  static ScaleWorks load(Features features, int clients, boolean hasBudget) throws Errno {
    return new ScaleWorks(features, clients, hasBudget);
  }

  /** As many addresses before the first client as there are clients, and the clients. */
  private Work mixed(String name, OwnedFd program, int flags, int clients) throws Errno {
    IpAddress first = Frames.client(-clients);
    Cycle cycle = owned.own(Cycle.around(program, flags, first, 2 * clients));
    byte[] frame = Frames.ofClients(1).getFirst();
    return new Work(name, cycle.program(), Collections.nCopies(Frames.COUNT, frame), null);
  }

  private static void requireHalf(Gate gate, Work mixed, int clients) throws Errno {
    long admitted = gate.packets(Reason.GRANT);
    long dropped = gate.packets(Reason.NO_GRANT);
    BpfProg.testRun(mixed.program(), mixed.frames().getFirst(), 2 * clients);
    admitted = gate.packets(Reason.GRANT) - admitted;
    dropped = gate.packets(Reason.NO_GRANT) - dropped;
    if (admitted != clients || dropped != clients) {
      throw new IllegalStateException(
          "measuring '%s': admitted %d and dropped %d, not %d each"
              .formatted(mixed.name(), admitted, dropped, clients));
    }
  }

  private Work cycle(String name, OwnedFd program, int flags, boolean admits, int clients)
      throws Errno {
    IpAddress first = admits ? Frames.client(0) : Frames.stranger(0);
    Cycle cycle = owned.own(Cycle.around(program, flags, first, clients));
    byte[] frame = Frames.ofClients(1).getFirst();
    return new Work(name, cycle.program(), Collections.nCopies(Frames.COUNT, frame), admits);
  }

  List<Work> floors() {
    return floors;
  }

  List<Planned> planned() {
    return planned;
  }

  @Override
  public void close() {
    owned.close();
  }
}
