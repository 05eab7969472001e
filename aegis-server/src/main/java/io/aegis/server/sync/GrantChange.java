package io.aegis.server.sync;

import io.aegis.api.GrantId;
import io.aegis.api.Target;

/** One row of the change log. */
public sealed interface GrantChange {
  /**
   * Returns the revision this change made.
   *
   * @return 1 or more
   */
  long revision();

  /**
   * Returns the grant it is about.
   *
   * @return the id
   */
  GrantId grantId();

  /**
   * Returns where the grant leads, which decides the gateways concerned.
   *
   * @return the target
   */
  Target target();

  /**
   * A grant was added or changed.
   *
   * @param revision the revision this change made
   * @param desired the grant as it shall be
   */
  record Put(long revision, DesiredGrant desired) implements GrantChange {
    @Override
    public GrantId grantId() {
      return desired.grant().id();
    }

    @Override
    public Target target() {
      return desired.grant().target();
    }
  }

  /**
   * A grant is gone for good; its id never comes back.
   *
   * @param revision the revision this change made
   * @param grantId the grant
   * @param target where it led
   */
  record Removed(long revision, GrantId grantId, Target target) implements GrantChange {}
}
