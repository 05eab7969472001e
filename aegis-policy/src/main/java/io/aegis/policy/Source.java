package io.aegis.policy;

import static java.util.Objects.requireNonNull;

import io.aegis.api.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a principal's packets come from. A principal with an IPv4 and an IPv6 address has two
 * sources, and asks for each of them.
 *
 * @param address the source address of the packets, as seen at the protected interface
 * @param assurance how sure it is that they are the principal's
 * @param link the link that they arrive on; null if it is not known
 * @param region where on earth they come from, in words of whoever knows: {@code de}, {@code
 *     eu-west}; null if it is not known
 */
public record Source(
    IpAddress address, Assurance assurance, @Nullable Link link, @Nullable String region) {

  /**
   * Makes a source.
   *
   * @throws IllegalArgumentException if the region is not a name
   */
  public Source {
    requireNonNull(address, "address");
    requireNonNull(assurance, "assurance");
    if (region != null) {
      Names.require(region, "a region");
    }
  }

  /**
   * Makes a source of which neither link nor region is known.
   *
   * @param address the source address of the packets, as seen at the protected interface
   * @param assurance how sure it is that they are the principal's
   */
  public Source(IpAddress address, Assurance assurance) {
    this(address, assurance, null, null);
  }
}
