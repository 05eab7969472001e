package io.aegis.enforcer.spi;

import static java.util.Objects.requireNonNull;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;

/**
 * A change of the grants in force. No id appears twice.
 *
 * @param removes the grants to remove
 * @param upserts the grants to add, or to put in the place of one of the same id
 * @param extensions the grants whose soft expiry moves
 */
public record GrantUpdate(List<GrantId> removes, List<Grant> upserts, List<Extension> extensions) {

  /**
   * Moves the soft expiry of one grant.
   *
   * @param id the grant
   * @param softExpiry the new soft expiry, cut to milliseconds; an enforcer never lets it pass the
   *     hard one
   */
  public record Extension(GrantId id, Instant softExpiry) {
    /** Makes an extension. */
    public Extension {
      requireNonNull(id, "id");
      softExpiry = softExpiry.truncatedTo(ChronoUnit.MILLIS);
    }
  }

  /**
   * Makes an update.
   *
   * @throws IllegalArgumentException if an id appears twice
   */
  public GrantUpdate {
    removes = List.copyOf(removes);
    upserts = List.copyOf(upserts);
    extensions = List.copyOf(extensions);
    var ids = new HashSet<GrantId>();
    removes.forEach(id -> requireNew(ids, id));
    upserts.forEach(grant -> requireNew(ids, grant.id()));
    extensions.forEach(extension -> requireNew(ids, extension.id()));
  }

  private static void requireNew(HashSet<GrantId> ids, GrantId id) {
    if (!ids.add(id)) {
      throw new IllegalArgumentException("grant " + id + " appears twice in one update");
    }
  }

  /**
   * Returns an update that only adds.
   *
   * @param grants the grants
   * @return the update
   */
  public static GrantUpdate adding(Grant... grants) {
    return new GrantUpdate(List.of(), List.of(grants), List.of());
  }

  /**
   * Returns an update that only removes.
   *
   * @param ids the grants
   * @return the update
   */
  public static GrantUpdate removing(GrantId... ids) {
    return new GrantUpdate(List.of(ids), List.of(), List.of());
  }
}
