package io.aegis.server.agent;

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
import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.Health;
import io.aegis.enforcer.spi.InMemoryEnforcerProvider;
import io.aegis.enforcer.spi.Subscription;
import io.aegis.enforcer.spi.UpdateResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The in-memory enforcer, outliving its agent as the kernel does, and failing when it is told to.
 * As a provider it hands out itself.
 */
final class SurvivingEnforcer implements Enforcer, EnforcerProvider {

  private @Nullable Enforcer kernel;
  private volatile @Nullable String broken;
  private volatile @Nullable String blind;
  private volatile @Nullable String additionsFail;
  private volatile @Nullable Health health = Health.GREEN;
  final List<Duration> leases = new ArrayList<>();

  /** From now on changes fail with this message; null ends that. */
  void breakWith(@Nullable String message) {
    broken = message;
  }

  /** From now on every update with an addition fails as a whole; null ends that. */
  void refuseAdditions(@Nullable String message) {
    additionsFail = message;
  }

  /** Reading its health meets this, if it is not null. */
  volatile @Nullable Error stumbling;

  /** From now on activity cannot be read, for this reason. */
  void blindWith(String message) {
    blind = message;
  }

  /** These cannot be removed. */
  final Set<GrantId> immovable = new HashSet<>();

  /** Of these no new form can be put, and the old one is left as it is, as no enforcer should. */
  final Set<GrantId> unwelcome = new HashSet<>();

  /** From now on this is its health; null if that cannot be read. */
  void fallIll(@Nullable Health now) {
    health = now;
  }

  Enforcer kernel() {
    return requireNonNull(kernel, "not opened yet");
  }

  @Override
  public String name() {
    return "surviving";
  }

  @Override
  public Enforcer open(EnforcerSettings settings) {
    if (kernel == null) {
      kernel = new InMemoryEnforcerProvider().open(settings);
    }
    return this;
  }

  @Override
  public List<String> detach(String instance) {
    return List.of();
  }

  private UpdateResult.Outcome failed(GrantId id) {
    return new UpdateResult.Failed(id, EnforcerException.Kind.INTERNAL, "as the test says");
  }

  private void requireWhole() {
    String message = broken;
    if (message != null) {
      throw new EnforcerException(EnforcerException.Kind.INTERNAL, message);
    }
  }

  @Override
  public UpdateResult apply(GrantUpdate update) {
    requireWhole();
    String failure = additionsFail;
    if (failure != null && !update.upserts().isEmpty()) {
      throw new IllegalStateException(failure);
    }
    var outcomes = new ArrayList<UpdateResult.Outcome>();
    update.removes().stream().filter(immovable::contains).map(this::failed).forEach(outcomes::add);
    update.upserts().stream()
        .map(Grant::id)
        .filter(unwelcome::contains)
        .map(this::failed)
        .forEach(outcomes::add);
    outcomes.addAll(
        kernel()
            .apply(
                new GrantUpdate(
                    update.removes().stream().filter(id -> !immovable.contains(id)).toList(),
                    update.upserts().stream().filter(g -> !unwelcome.contains(g.id())).toList(),
                    update.extensions()))
            .outcomes());
    return new UpdateResult(outcomes);
  }

  @Override
  public UpdateResult replace(Collection<Grant> grants) {
    requireWhole();
    return kernel().replace(grants);
  }

  @Override
  public Set<Capability> capabilities() {
    return kernel().capabilities();
  }

  @Override
  public List<Grant> grants() {
    return kernel().grants();
  }

  @Override
  public Map<GrantId, Activity> activity() {
    String message = blind;
    if (message != null) {
      throw new EnforcerException(EnforcerException.Kind.INTERNAL, message);
    }
    return kernel().activity();
  }

  @Override
  public Counters counters() {
    return kernel().counters();
  }

  @Override
  public Subscription events(DropListener listener) {
    return kernel().events(listener);
  }

  @Override
  public Verdict explain(String interfaceName, byte[] frame) {
    return kernel().explain(interfaceName, frame);
  }

  @Override
  public synchronized void lease(Duration duration) {
    leases.add(duration);
    kernel().lease(duration);
  }

  @Override
  public Health health() {
    Error error = stumbling;
    if (error != null) {
      throw error;
    }
    Health now = health;
    if (now == null) {
      throw new EnforcerException(EnforcerException.Kind.INTERNAL, "the kernel does not say");
    }
    return now;
  }

  @Override
  public boolean isConfirmed() {
    return kernel().isConfirmed();
  }

  @Override
  public void confirm() {
    kernel().confirm();
  }

  @Override
  public void detach() {
    kernel().detach();
  }

  @Override
  public void close() {
    // The kernel goes on.
  }
}
