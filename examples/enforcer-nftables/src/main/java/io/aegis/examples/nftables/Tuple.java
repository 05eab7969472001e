package io.aegis.examples.nftables;

import io.aegis.api.Grant;
import io.aegis.api.IpAddress;
import io.aegis.api.Target;

/**
 * What a key of nft says.
 *
 * @param client who
 * @param target may go where
 */
record Tuple(IpAddress client, Target target) {
  static Tuple of(Grant grant) {
    return new Tuple(grant.client(), grant.target());
  }
}
