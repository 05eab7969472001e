package io.aegis.server.identity;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What was taken away and recorded, and is not closed everywhere yet: whoever took it away must be
 * told. Immutable.
 *
 * @param where each gateway that has not closed it, and why, as words that follow "but"; not empty
 * @param closesBy the latest time at which the kernel there closes it by itself
 */
public record StillOpen(List<String> where, Instant closesBy) {

  /** Makes a value. */
  public StillOpen {
    where = List.copyOf(where);
    requireNonNull(closesBy, "closesBy");
    if (where.isEmpty()) {
      throw new IllegalArgumentException("open nowhere");
    }
  }

  /**
   * Says it of several at once.
   *
   * @param all of each, what is still open
   * @return every gateway once, and the latest time; empty if nothing is open
   */
  public static Optional<StillOpen> ofAll(Collection<Optional<StillOpen>> all) {
    List<StillOpen> open = all.stream().flatMap(Optional::stream).toList();
    if (open.isEmpty()) {
      return Optional.empty();
    }
    var where = new TreeSet<String>();
    open.forEach(each -> where.addAll(each.where()));
    Instant latest = Collections.max(open.stream().map(StillOpen::closesBy).toList());
    return Optional.of(new StillOpen(List.copyOf(where), latest));
  }

  /**
   * Returns it in words.
   *
   * @return for example {@code gateway edge is not connected: the kernel there closes it by itself
   *     by 2026-03-02T16:00:00Z at the latest}
   */
  public String text() {
    // Sooner as a rule: when it is idle, or when the gateway has been without us for as long as its
    // own configuration lets it go on. That is not known here, so only the end that is signed can
    // be promised.
    return String.join(", ", where)
        + ": the kernel there closes it by itself by "
        + closesBy
        + " at the latest";
  }

  /**
   * Returns the answer to whoever took it away.
   *
   * @param done what is done all the same
   * @return an exception of kind {@code UNAVAILABLE}
   */
  public ControllerException afterAll(String done) {
    return ControllerException.closingLater(done + ", but " + text(), closesBy);
  }
}
