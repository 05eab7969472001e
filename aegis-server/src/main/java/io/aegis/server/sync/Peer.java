package io.aegis.server.sync;

import com.google.protobuf.ByteString;
import io.aegis.api.IpAddress;
import io.aegis.api.Prefix;
import io.aegis.wire.StateDigest;
import io.aegis.wire.WireCodec;
import io.aegis.wire.WireException;
import io.aegis.wire.v1.Hello;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Who an agent says it is, and what it says is in force, once checked.
 *
 * @param gateway its name
 * @param instance names its installation
 * @param boot names the boot it runs in
 * @param guards the destinations it guards
 * @param addresses its own addresses
 * @param appliedEpoch the epoch of what is in force; 0 for nothing known
 * @param appliedRevision the revision of what is in force
 * @param digest over what is in force
 * @param highestEpoch the highest epoch it has seen
 */
record Peer(
    String gateway,
    String instance,
    ByteString boot,
    Set<Prefix> guards,
    Set<IpAddress> addresses,
    long appliedEpoch,
    long appliedRevision,
    StateDigest digest,
    long highestEpoch) {

  private static final int MOST_GUARDS = 10_000;
  private static final int LONGEST_NAME = 128;

  /**
   * Reads a Hello.
   *
   * @param hello the message
   * @param gateway the name in the agent's certificate
   * @throws WireException if a field breaks the contract; the message names it
   */
  static Peer of(Hello hello, String gateway) {
    require(!hello.getInstance().isBlank(), "instance: missing");
    require(hello.getInstance().length() <= LONGEST_NAME, "instance: longer than 128 characters");
    require(hello.getGuardsCount() <= MOST_GUARDS, "guards: more than " + MOST_GUARDS);
    require(hello.getAddressesCount() <= MOST_GUARDS, "addresses: more than " + MOST_GUARDS);
    require(hello.getApplied().getEpoch() >= 0, "applied.epoch: out of range");
    require(hello.getApplied().getRevision() >= 0, "applied.revision: out of range");
    require(hello.getHighestEpoch() >= 0, "highest_epoch: out of range");
    var guards = new LinkedHashSet<Prefix>();
    hello.getGuardsList().forEach(guard -> guards.add(WireCodec.decode(guard)));
    var addresses = new LinkedHashSet<IpAddress>();
    hello.getAddressesList().forEach(bytes -> addresses.add(WireCodec.decodeAddress(bytes)));
    return new Peer(
        gateway,
        hello.getInstance(),
        hello.getBootId(),
        Set.copyOf(guards),
        Set.copyOf(addresses),
        hello.getApplied().getEpoch(),
        hello.getApplied().getRevision(),
        StateDigest.of(hello.getDigest().toByteArray()),
        hello.getHighestEpoch());
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new WireException(WireException.Kind.MALFORMED, message);
    }
  }

  /** Whether this is the same agent come back: its old stream has ended, if it knows it or not. */
  boolean isSameProcessHost(Peer other) {
    return instance.equals(other.instance) && boot.equals(other.boot);
  }
}
