package io.aegis.enforcer.spi;

import io.aegis.api.Grant;
import io.aegis.api.StaticRule.Direction;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;

/**
 * Drops everything on the protected interfaces but what a live grant or a static rule admits.
 *
 * <p>An enforcer fails closed: {@link EnforcerProvider#open} returns one that already drops
 * unmatched traffic, or throws; it never falls back to a weaker backend, mode or "log only" that
 * the settings did not name. An enforcer that lost its datapath says so through {@link #health()}.
 *
 * <p>Thread safety: every method may be called by any thread at any time. Changes are applied one
 * after the other; reading never waits for a change. After {@link #close()} or {@link #detach()}
 * every other method throws {@link EnforcerException} of kind {@code CLOSED}.
 *
 * <p>Times are on the clock of {@link EnforcerSettings#clock()}.
 */
public interface Enforcer extends EnforcerView {

  /**
   * Returns what this enforcer can do on this machine.
   *
   * @return an unmodifiable set that never changes while the enforcer is open
   */
  Set<Capability> capabilities();

  /** Tells it by {@link Capability#EGRESS}. */
  @Override
  default Set<Direction> filtered() {
    return capabilities().contains(Capability.EGRESS)
        ? Set.of(Direction.INGRESS, Direction.EGRESS)
        : Set.of(Direction.INGRESS);
  }

  /**
   * Changes the grants in force: removes first, always, then upserts, then extensions. When it
   * returns, everything that did not fail is in force: no packet that reaches an interface after a
   * removal's receipt passes by the removed grant. Each list is worked off in its order, so of
   * upserts that do not all fit the first ones do.
   *
   * <p>Items are independent: one that fails ({@code UNSUPPORTED}, {@code EXHAUSTED}, {@code
   * INTERNAL}) cancels no other. An upsert that fails leaves no grant of its id in force: whoever
   * puts a new form has given up the older one, so that one is removed, as surely as by a removal.
   * Where even that fails, the message says so; remove the id then until it succeeds. A removal or
   * an extension that fails leaves the grant as it was.
   *
   * <p>A grant whose expiry has passed is taken as any other, and admits nothing. An upsert of an
   * id in force replaces that grant; its counters go on when client and target are the same, and
   * its idle time starts anew. Removing an id that is not in force succeeds. Extending an id that
   * is not in force fails as {@code INTERNAL}: an extension never brings a grant back. It opens one
   * whose soft expiry has passed again while that is still in force, which nobody may rely on: an
   * enforcer may free a grant as soon as it admits nothing any more.
   *
   * @param update what to change
   * @return an outcome for every item, in the order removes, upserts, extensions
   * @throws EnforcerException if nothing at all was changed
   */
  UpdateResult apply(GrantUpdate update);

  /**
   * Makes {@code grants} the grants in force, by difference against {@link #grants()}: a grant that
   * is equal in both is not touched in any way, one that differs in its soft expiry alone is
   * extended, anything not listed is removed, first. So is the older form of a listed grant whose
   * new form fails, as in {@link #apply}: afterwards nothing is in force that is not listed.
   *
   * @param grants all grants that shall be in force; ids are distinct
   * @return an outcome for every grant that was touched or failed
   * @throws EnforcerException if nothing at all was changed
   * @throws IllegalArgumentException if two grants have the same id; nothing was changed
   */
  UpdateResult replace(Collection<Grant> grants);

  /**
   * Begins to report dropped packets, sampled and limited in rate. Reports may be lost (a count
   * says how many); losing them never changes a verdict, and a slow listener loses its own reports
   * only.
   *
   * @param listener called by one thread at a time; what it throws is logged and dropped
   * @return ends the reports when closed
   * @throws EnforcerException of kind {@code UNSUPPORTED} without {@link Capability#EVENTS}
   */
  Subscription events(DropListener listener);

  /**
   * Lets grants that need the lease admit for {@code duration} from now on. It replaces the lease
   * that runs, and may so shorten it.
   *
   * @param duration zero ends the lease at once
   * @throws EnforcerException if the lease could not be written; the old one runs on to its end
   * @throws IllegalArgumentException if it is negative
   */
  void lease(Duration duration);

  /**
   * Returns whether enforcement goes on after {@link #close()}, as far as this enforcer has {@link
   * Capability#SURVIVES_RESTART} at all.
   *
   * @return false from {@link EnforcerProvider#openUnconfirmed} until {@link #confirm}; else true
   */
  boolean isConfirmed();

  /**
   * Makes what was opened by {@link EnforcerProvider#openUnconfirmed} outlive its process. Again,
   * or where nothing is to be confirmed, it does nothing.
   *
   * @throws EnforcerException if that failed; it is as unconfirmed as before, and enforces on
   */
  void confirm();

  /**
   * Stops enforcing, and only this does: programs, grants and everything else this enforcer put
   * into place are taken away, and it is closed.
   *
   * @throws EnforcerException if something is left; the message names it
   */
  void detach();

  /**
   * Releases the handle. With {@link Capability#SURVIVES_RESTART} enforcement goes on and the next
   * {@code open} of the same instance takes it over; without it, nothing stays admitted. Closing
   * what is not {@linkplain #isConfirmed confirmed} takes everything away, as {@link #detach} does.
   * Closing twice is harmless.
   */
  @Override
  void close();
}
