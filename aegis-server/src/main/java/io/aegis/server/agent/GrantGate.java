package io.aegis.server.agent;

import com.google.protobuf.ByteString;
import io.aegis.api.Grant;
import io.aegis.wire.IssuedGrant;
import io.aegis.wire.SealVerifier;
import io.aegis.wire.WireCodec;
import io.aegis.wire.WireException;
import io.aegis.wire.v1.ItemErrorKind;
import io.aegis.wire.v1.Resource;
import io.aegis.wire.v1.ResourceKind;
import io.aegis.wire.v1.Seal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets sealed grants through to the enforcer, or says what is wrong with each. Every check of what
 * a controller may open here is in this class. Not thread-safe: the agent's thread owns it.
 */
final class GrantGate {

  /**
   * Five minutes, the longest that a lost revocation may live, and one for a controller whose clock
   * was set while it wrote.
   */
  static final Duration FURTHEST_SOFT_EXPIRY = Duration.ofMinutes(6);

  /** Shorter than a removal is remembered for, of a grant that was never seen. */
  static final Duration LONGEST_SEAL = Duration.ofMinutes(55);

  /**
   * A refused resource.
   *
   * @param index its place in the message; null if that does not matter
   * @param grantId the grant, 0 if it is not readable
   * @param kind what is wrong
   * @param message the same in words
   */
  record Refusal(@Nullable Integer index, long grantId, ItemErrorKind kind, String message) {}

  /**
   * What became of the resources of one message.
   *
   * @param accepted those that may be applied, ids distinct
   * @param refusals the others
   */
  record Result(List<IssuedGrant> accepted, List<Refusal> refusals) {}

  private static final Logger LOG = LoggerFactory.getLogger(GrantGate.class);

  private final String gateway;
  private final SealVerifier verifier;
  private final Envelope envelope;
  private final Ledger ledger;
  private final InstantSource clock;

  GrantGate(
      String gateway,
      SealVerifier verifier,
      Envelope envelope,
      Ledger ledger,
      InstantSource clock) {
    this.gateway = gateway;
    this.verifier = verifier;
    this.envelope = envelope;
    this.ledger = ledger;
    this.clock = clock;
  }

  /**
   * Checks the resources of one message.
   *
   * @param seal the seal over all of them
   * @param resources the resources
   * @param epoch the epoch of the message
   */
  Result check(Seal seal, List<Resource> resources, long epoch) {
    var accepted = new ArrayList<IssuedGrant>();
    var refusals = new ArrayList<Refusal>();
    Optional<String> broken = verify(seal, resources);
    var ids = new HashSet<Long>();
    for (int i = 0; i < resources.size(); i++) {
      Resource resource = resources.get(i);
      try {
        requireSealed(broken, seal, i, resource);
        IssuedGrant issued = read(resource);
        requireValid(issued, epoch, ids);
        accepted.add(issued);
      } catch (RefusedException e) {
        refusals.add(new Refusal(i, e.grantId, e.kind, String.valueOf(e.getMessage())));
      } catch (RuntimeException e) {
        // What no check foresaw is one bad item too, and no reason to lose the others.
        LOG.debug("event=unreadable-item index={}", i, e);
        refusals.add(
            new Refusal(i, 0, ItemErrorKind.ITEM_ERROR_KIND_MALFORMED, "it could not be read"));
      }
    }
    return new Result(accepted, refusals);
  }

  /**
   * Checks once more what may have changed since a grant was accepted: a removal can overtake the
   * snapshot that lists it, and whoever sends that can take his time.
   *
   * @return what is wrong; empty if it may still be applied
   */
  Optional<String> obstacle(IssuedGrant issued) {
    try {
      requireFresh(issued);
      requireNewerThanKnown(issued);
      return Optional.empty();
    } catch (RefusedException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private Optional<String> verify(Seal seal, List<Resource> resources) {
    if (resources.isEmpty()) {
      return Optional.empty();
    }
    try {
      verifier.verify(seal, resources.size());
      return Optional.empty();
    } catch (WireException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private void requireSealed(Optional<String> broken, Seal seal, int index, Resource resource) {
    if (broken.isPresent()) {
      throw new RefusedException(0, ItemErrorKind.ITEM_ERROR_KIND_BAD_SIGNATURE, broken.get());
    }
    if (!verifier.holds(seal, index, resource)) {
      throw new RefusedException(
          0,
          ItemErrorKind.ITEM_ERROR_KIND_BAD_SIGNATURE,
          "resource " + index + " is not what was sealed");
    }
  }

  private static IssuedGrant read(Resource resource) {
    if (resource.getKind() != ResourceKind.RESOURCE_KIND_GRANT) {
      throw new RefusedException(
          0,
          ItemErrorKind.ITEM_ERROR_KIND_UNSUPPORTED,
          "resource kind " + resource.getKindValue() + " is unknown to this agent; update it");
    }
    ByteString payload = resource.getPayload();
    try {
      return WireCodec.decodeGrant(payload);
    } catch (WireException e) {
      ItemErrorKind kind =
          switch (e.kind()) {
            case MALFORMED -> ItemErrorKind.ITEM_ERROR_KIND_MALFORMED;
            case UNSUPPORTED -> ItemErrorKind.ITEM_ERROR_KIND_UNSUPPORTED;
            case BAD_SIGNATURE -> ItemErrorKind.ITEM_ERROR_KIND_BAD_SIGNATURE;
          };
      throw new RefusedException(0, kind, String.valueOf(e.getMessage()));
    }
  }

  private void requireValid(IssuedGrant issued, long epoch, Set<Long> ids) {
    Grant grant = issued.grant();
    Instant now = clock.instant();
    if (!issued.audience().equals(gateway)) {
      throw refused(
          grant,
          ItemErrorKind.ITEM_ERROR_KIND_BAD_SIGNATURE,
          "it was sealed for gateway '" + issued.audience() + "', not for " + gateway);
    }
    if (issued.epoch() != epoch) {
      throw stale(grant, "it was sealed in epoch " + issued.epoch() + ", not " + epoch);
    }
    requireFresh(issued);
    // Before any other fault: what is merely old says nothing of what is in force now.
    requireNewerThanKnown(issued);
    if (!ids.add(grant.id().value())) {
      throw stale(grant, "it stands twice in one message");
    }
    if (grant.softExpiry().isAfter(now.plus(FURTHEST_SOFT_EXPIRY))) {
      throw refused(
          grant,
          ItemErrorKind.ITEM_ERROR_KIND_ENVELOPE,
          "its soft expiry is " + grant.softExpiry() + ", more than 5 minutes ahead");
    }
    if (issued.notAfter().isAfter(now.plus(LONGEST_SEAL))) {
      throw refused(
          grant,
          ItemErrorKind.ITEM_ERROR_KIND_ENVELOPE,
          "its seal could be used until " + issued.notAfter() + ", longer than removals are kept");
    }
    envelope
        .breach(grant, now)
        .ifPresent(breach -> {
          throw refused(grant, ItemErrorKind.ITEM_ERROR_KIND_ENVELOPE, breach);
        });
  }

  private void requireFresh(IssuedGrant issued) {
    Instant now = clock.instant();
    if (!now.isBefore(issued.notAfter())) {
      throw stale(
          issued.grant(), "it could be used until " + issued.notAfter() + "; now is " + now);
    }
  }

  private void requireNewerThanKnown(IssuedGrant issued) {
    Grant grant = issued.grant();
    Ledger.Entry known = ledger.get(grant.id());
    if (known == null) {
      return;
    }
    if (known.isTombstone() && issued.revision() < known.removedAt()) {
      throw stale(
          grant,
          "it was removed at revision " + known.removedAt() + ", this is of " + issued.revision());
    }
    if (issued.version() <= known.endedVersion()) {
      throw stale(grant, "version " + issued.version() + " ended for want of traffic, for good");
    }
    if (issued.version() < known.version()) {
      throw stale(grant, "version " + known.version() + " is known, this is " + issued.version());
    }
    if (issued.version() == known.version()
        && grant.hardExpiry().toEpochMilli() > known.hardExpiryMs()) {
      throw stale(
          grant,
          "version %d ended at %s, now at %s: an end never moves later"
              .formatted(
                  known.version(), Instant.ofEpochMilli(known.hardExpiryMs()), grant.hardExpiry()));
    }
  }

  private static RefusedException stale(Grant grant, String message) {
    return refused(grant, ItemErrorKind.ITEM_ERROR_KIND_STALE, message);
  }

  private static RefusedException refused(Grant grant, ItemErrorKind kind, String message) {
    return new RefusedException(grant.id().value(), kind, "grant " + grant.id() + ": " + message);
  }

  /** Ends the checks of one resource; never leaves this class. */
  private static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long grantId;
    private final ItemErrorKind kind;

    RefusedException(long grantId, ItemErrorKind kind, String message) {
      super(message, null, false, false);
      this.grantId = grantId;
      this.kind = kind;
    }
  }
}
