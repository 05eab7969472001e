package io.aegis.examples.nftables;

import static java.util.Objects.requireNonNull;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.Activity;
import io.aegis.enforcer.spi.Capability;
import io.aegis.enforcer.spi.Counters;
import io.aegis.enforcer.spi.DropListener;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.Health;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.spi.Subscription;
import io.aegis.enforcer.spi.UpdateResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Enforces by a table of nftables at the ingress of the protected interfaces. The table is the
 * truth: it decides everything without this process, and goes on when it ends.
 *
 * <p>Thread safety: as {@link Enforcer} says. A change is one transaction of nft; reading starts a
 * process of its own and waits for no change.
 */
final class NftablesEnforcer implements Enforcer {

  /**
   * What nft can do exactly. Not among them: targets with a prefix or a range (sets with intervals
   * refuse overlaps, which grants may have), ICMP errors (nft cannot compare two fields with each
   * other), several grants with one tuple (a set has a key once), audit and reasons (a rule that
   * does not match does not say why), events, explaining.
   */
  static final Set<Capability> CAPABILITIES =
      Set.of(
          Capability.IPV6,
          Capability.ICMP_ECHO,
          Capability.KERNEL_EXPIRY,
          Capability.SURVIVES_RESTART);

  private static final List<Lane> ALL = List.of(Lane.values());

  private final EnforcerSettings settings;
  private final TableState state;
  private final TableLock held;
  private final ReentrantLock changing = new ReentrantLock();
  private volatile GrantBooks books;

  /** Whether the books may be wrong; guarded by {@link #changing}. */
  private boolean stale;

  private volatile boolean closed;

  /** Made by {@link NftablesEnforcerProvider} when the table is in place. */
  NftablesEnforcer(EnforcerSettings settings, TableState state, TableLock held, GrantBooks books) {
    this.settings = settings;
    this.state = state;
    this.held = held;
    this.books = books;
  }

  @Override
  public Set<Capability> capabilities() {
    requireOpen();
    return CAPABILITIES;
  }

  @Override
  public UpdateResult apply(GrantUpdate update) {
    requireNonNull(update, "update");
    return changing(() -> new ItemByItem(this::attempt).apply(update));
  }

  @Override
  public UpdateResult replace(Collection<Grant> grants) {
    List<Grant> wanted = List.copyOf(grants);
    return changing(() -> {
      List<Grant> inForce = state.grants(ALL);
      stale |= inForce.stream().anyMatch(grant -> books.get(grant.id()) == null);
      GrantUpdate update = GrantBooks.difference(inForce, wanted);
      return new ItemByItem(this::attempt).apply(update);
    });
  }

  /** All of the update in one transaction, or nothing of it. */
  private UpdateResult attempt(GrantUpdate update) {
    if (isEmpty(update)) {
      return new UpdateResult(List.of());
    }
    Instant now = settings.clock().instant();
    if (stale) {
      repair(now);
    }
    var after = new GrantBooks(books);
    int items = update.upserts().size() + update.extensions().size();
    var transaction = new Transaction(state.table(), now, items);
    Map<Tuple, Activity> seen = touches(update) ? state.activity(books.lanes()) : Map.of();
    for (Grant ended : books.ended(now)) {
      after.remove(ended.id());
      transaction.remove(ended);
    }
    var changes = new GrantChanges(after, transaction, seen, settings.maxGrants());
    changes.plan(update);
    var newLimits = new HashSet<>(after.idleLimits());
    newLimits.removeAll(books.idleLimits());
    String rules =
        newLimits.isEmpty()
            ? ""
            : rebuilt(settings, after.idleLimits())
                + Transaction.forgetMarks(state.table(), List.of(), newLimits);
    commit("changing grants of instance " + settings.instance(), rules + transaction.text());
    forgetTimes(after);
    books = after;
    return changes.result(settings.clock().instant());
  }

  /** Reads the books from the table, and makes the marks agree with them. */
  private void repair(Instant now) {
    GrantBooks found = GrantBooks.of(state.grants(ALL));
    var marks = new Transaction(state.table(), now, 0);
    found.grants().forEach(marks::mark);
    String forget =
        Transaction.forgetMarks(state.table(), List.of("leased", "idle"), found.idleLimits());
    commit("repairing instance " + settings.instance(), forget + marks.text());
    books = found;
    stale = false;
  }

  private void commit(String doing, String text) {
    if (text.isEmpty()) {
      return;
    }
    boolean done = false;
    try {
      state.nft().change(doing, text);
      done = true;
    } finally {
      stale |= !done; // it may have been done all the same: look before the next change
    }
  }

  private static boolean isEmpty(GrantUpdate update) {
    return update.removes().isEmpty()
        && update.upserts().isEmpty()
        && update.extensions().isEmpty();
  }

  /** Whether it is about grants that may have admitted something, which receipts tell. */
  private boolean touches(GrantUpdate update) {
    return update.removes().stream().anyMatch(id -> books.get(id) != null)
        || update.upserts().stream().anyMatch(grant -> books.get(grant.id()) != null)
        || !update.extensions().isEmpty();
  }

  private void forgetTimes(GrantBooks after) {
    for (Grant before : books.grants()) {
      Grant now = after.get(before.id());
      if (now == null || !Tuple.of(now).equals(Tuple.of(before))) {
        state.times().forget(settings.instance(), Tuple.of(before));
      }
    }
  }

  /** The ruleset for a table that is there: elements stay, rules are made anew. */
  static String rebuilt(EnforcerSettings settings, Collection<Long> idleLimits) {
    return "flush table "
        + Ruleset.table(settings.instance())
        + "\n"
        + new Ruleset(settings, idleLimits).text();
  }

  @Override
  public List<Grant> grants() {
    return reading(() -> state.grants(books.lanes()));
  }

  @Override
  public Map<GrantId, Activity> activity() {
    return reading(() -> {
      Instant now = settings.clock().instant();
      GrantBooks current = books;
      Map<Tuple, Activity> seen = state.activity(current.lanes());
      var activity = new HashMap<GrantId, Activity>();
      for (Grant grant : current.grants()) {
        if (grant.softExpiry().isAfter(now)) {
          activity.put(grant.id(), seen.getOrDefault(Tuple.of(grant), Activity.NONE));
        }
      }
      return Map.copyOf(activity);
    });
  }

  @Override
  public Counters counters() {
    return reading(state::counters);
  }

  @Override
  public Subscription events(DropListener listener) {
    requireNonNull(listener, "listener");
    requireOpen();
    throw lacking(Capability.EVENTS, "subscribing to drops", "read counters() instead");
  }

  @Override
  public Verdict explain(String interfaceName, byte[] frame) {
    requireOpen();
    throw lacking(
        Capability.EXPLAIN, "explaining a frame", "let the frame arrive and read counters()");
  }

  private EnforcerException lacking(Capability capability, String doing, String remedy) {
    return new EnforcerException(
        Kind.UNSUPPORTED,
        doing
            + " of instance "
            + settings.instance()
            + ": the nftables enforcer lacks "
            + capability
            + "; "
            + remedy);
  }

  @Override
  public void lease(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("a lease is not negative: " + duration);
    }
    changing(() -> {
      String elements =
          settings.interfaces().stream()
              .map(each -> '"' + each.name() + '"' + Transaction.timeout(duration))
              .collect(Collectors.joining(", "));
      String set = state.table() + " lease";
      String begin =
          duration.toMillis() > 0 ? "add element " + set + " { " + elements + " }\n" : "";
      commit(
          "writing the lease of instance " + settings.instance(),
          "flush set " + set + "\n" + begin);
      return duration;
    });
  }

  @Override
  public Health health() {
    return reading(
        () -> state.health(settings.interfaces().stream().map(InterfaceSettings::name).toList()));
  }

  @Override
  public boolean isConfirmed() {
    requireOpen();
    return true;
  }

  @Override
  public void confirm() {
    requireOpen(); // there is nothing to confirm without COMMIT_CONFIRM
  }

  @Override
  public void detach() {
    changing(() -> {
      commit("detaching instance " + settings.instance(), "delete table " + state.table() + "\n");
      state.times().forget(settings.instance());
      return end();
    });
  }

  @Override
  public void close() {
    changing.lock();
    try {
      if (!closed) {
        end();
      }
    } finally {
      changing.unlock();
    }
  }

  private boolean end() {
    closed = true;
    held.close();
    return closed;
  }

  private <T> T changing(Supplier<T> change) {
    changing.lock();
    try {
      requireOpen();
      return change.get();
    } finally {
      changing.unlock();
    }
  }

  private <T> T reading(Supplier<T> read) {
    requireOpen();
    try {
      return read.get();
    } catch (EnforcerException e) {
      requireOpen(); // it was detached meanwhile, and so the table is gone
      throw e;
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new EnforcerException(
          Kind.CLOSED,
          "using the enforcer of instance "
              + settings.instance()
              + ": it is closed; open a new one");
    }
  }
}
