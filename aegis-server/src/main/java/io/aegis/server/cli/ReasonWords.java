package io.aegis.server.cli;

import io.aegis.api.Reason;
import java.util.Collection;
import java.util.TreeSet;

/**
 * A sentence for every reason: what happened to the packet and what somebody who wonders can do.
 * The same stand in {@code docs/reference/reasons.md}. Stateless.
 */
final class ReasonWords {

  private ReasonWords() {}

  /** Returns the sentence, without a line end. */
  static String of(Reason reason) {
    return switch (reason) {
      case MALFORMED -> "Its headers claim more than there is, or contradict each other.";
      case VLAN_DEPTH -> "It has more than two VLAN tags.";
      case ARP -> "Address resolution, without which IPv4 does not work; always admitted.";
      case ETHERTYPE -> "It is neither IPv4 nor IPv6.";
      case IP_OPTIONS -> "It has IPv4 options, which no grant and no rule admits.";
      case FRAGMENT -> "It is a fragment, whose ports are not there or cannot be trusted.";
      case EXTENSION_HEADER -> "It has an IPv6 extension header that is not admitted, or too many.";
      case NEIGHBOUR ->
          "Neighbour or multicast listener discovery on the link, without which IPv6 does not work.";
      case RELATED_ERROR -> "An ICMP error about a packet that was admitted the other way.";
      case GRANT -> "A live grant admits it: somebody who may has activated the service.";
      case STATIC -> "A static rule of this gateway's configuration admits it.";
      case EXPIRED -> "A grant is for it, but its time is over.";
      case IDLE -> "A grant is for it, but nobody used it for longer than its idle limit.";
      case LEASE -> "A grant is for it, but it wants a lease, and the controller is out of reach.";
      case NO_GRANT ->
          "No grant and no static rule admits it: activate the service, or write a static rule.";
      case WOULD_ADMIT -> "A grant in audit mode is for it, and such a grant admits nothing.";
      case EGRESS -> "It leaves the protected side and is no reply to anything admitted.";
      case LINK_CONTROL -> "A link control frame that this interface's settings admit.";
    };
  }

  /** Explains each of the reasons once, one on a line after an empty one; empty without any. */
  static String legend(Collection<Reason> reasons) {
    var text = new StringBuilder();
    for (Reason reason : new TreeSet<>(reasons)) {
      text.append(text.isEmpty() ? "\n" : "").append("%-18s %s%n".formatted(reason, of(reason)));
    }
    return text.toString();
  }
}
