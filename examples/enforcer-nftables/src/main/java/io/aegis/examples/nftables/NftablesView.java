package io.aegis.examples.nftables;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.Activity;
import io.aegis.enforcer.spi.Counters;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.EnforcerView;
import io.aegis.enforcer.spi.Health;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A look at the table of an instance, whoever has it open. Thread-safe. */
final class NftablesView implements EnforcerView {
  private static final List<Lane> ALL = List.of(Lane.values());

  private final TableState state;
  private final Set<String> interfaces;
  private volatile boolean closed;

  NftablesView(TableState state, Set<String> interfaces) {
    this.state = state;
    this.interfaces = Set.copyOf(interfaces);
  }

  @Override
  public List<Grant> grants() {
    requireOpen();
    return state.grants(ALL);
  }

  @Override
  public Map<GrantId, Activity> activity() {
    requireOpen();
    Map<Tuple, Activity> seen = state.activity(ALL);
    var activity = new HashMap<GrantId, Activity>();
    for (Grant grant : state.grants(ALL)) {
      activity.put(grant.id(), seen.getOrDefault(Tuple.of(grant), Activity.NONE));
    }
    return Map.copyOf(activity);
  }

  @Override
  public Counters counters() {
    requireOpen();
    return state.counters();
  }

  /** Whether the chains are in place that were there when the view was opened. */
  @Override
  public Health health() {
    requireOpen();
    return state.health(interfaces);
  }

  @Override
  public Verdict explain(String interfaceName, byte[] frame) {
    requireOpen();
    throw new EnforcerException(
        Kind.UNSUPPORTED,
        "explaining a frame of instance "
            + state.instance()
            + ": the nftables enforcer lacks EXPLAIN; let the frame arrive and read counters()");
  }

  @Override
  public void close() {
    closed = true;
  }

  private void requireOpen() {
    if (closed) {
      throw new EnforcerException(
          Kind.CLOSED,
          "looking at instance " + state.instance() + ": the view is closed; inspect it anew");
    }
  }
}
