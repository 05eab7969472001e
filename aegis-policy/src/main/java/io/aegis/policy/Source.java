package io.aegis.policy;

import static java.util.Objects.requireNonNull;

import io.aegis.api.IpAddress;

/**
 * Where a principal's packets come from. A principal with an IPv4 and an IPv6 address has two
 * sources, and asks for each of them.
 *
 * @param address the source address of the packets, as seen at the protected interface
 * @param assurance how sure it is that they are the principal's
 */
public record Source(IpAddress address, Assurance assurance) {

  /** Makes a source. */
  public Source {
    requireNonNull(address, "address");
    requireNonNull(assurance, "assurance");
  }
}
