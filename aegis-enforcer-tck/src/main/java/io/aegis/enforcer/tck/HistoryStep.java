package io.aegis.enforcer.tck;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One step of a random history; times are relative to when it is taken. */
sealed interface HistoryStep {

  /** An update of several distinct grants at once. */
  record Apply(List<Long> removes, List<Wish> upserts, List<Extend> extensions)
      implements HistoryStep {}

  /** A soft expiry to move. */
  record Extend(long id, Duration soft) {}

  /** A replacement of all grants. */
  record Replace(List<Wish> wishes) implements HistoryStep {}

  /** A lease. */
  record Lease(Duration duration) implements HistoryStep {}

  /** Time passes. */
  record Pass(Duration duration) implements HistoryStep {}

  /** A frame arrives. */
  record Send(Parcel parcel) implements HistoryStep {}

  /** The reply to a frame leaves, where that is filtered. */
  record Reply(Parcel parcel) implements HistoryStep {}

  /** The enforcer is closed and opened again. */
  record Reopen() implements HistoryStep {}

  /**
   * A grant to wish for.
   *
   * @param id its id
   * @param client who
   * @param target where to
   * @param hard hard expiry, from now
   * @param soft soft expiry, before the hard one by this much
   * @param idle idle limit or null
   * @param audit whether in audit mode
   * @param lease whether it needs the lease
   */
  record Wish(
      long id,
      IpAddress client,
      Target target,
      Duration hard,
      Duration soft,
      @Nullable Duration idle,
      boolean audit,
      boolean lease) {
    Grant at(Instant now) {
      Instant hardExpiry = now.plus(hard);
      EnforcementMode mode = audit ? EnforcementMode.AUDIT : EnforcementMode.ENFORCE;
      return new Grant(
          Sample.id(id), client, target, hardExpiry, hardExpiry.minus(soft), idle, mode, lease);
    }
  }

  /** A frame by its addresses, protocol and destination port. */
  record Parcel(IpAddress client, IpAddress service, Protocol protocol, int port) {
    byte[] bytes() {
      FrameBuilder frame = FrameBuilder.ethernet().ip(client, service);
      boolean v4 = client.family() == IpAddress.Family.IPV4;
      return switch (protocol) {
        case TCP -> frame.tcp(40_000, port).bytes();
        case UDP -> frame.udp(40_000, port).bytes();
        case ICMP_ECHO -> frame.icmp(v4 ? 8 : 128, 0).bytes();
      };
    }

    byte[] reply() {
      FrameBuilder frame = FrameBuilder.ethernet().ip(service, client);
      boolean v4 = client.family() == IpAddress.Family.IPV4;
      return switch (protocol) {
        case TCP -> frame.tcp(port, 40_000).bytes();
        case UDP -> frame.udp(port, 40_000).bytes();
        case ICMP_ECHO -> frame.icmp(v4 ? 0 : 129, 0).bytes();
      };
    }
  }
}
