package io.aegis.policy;

import static java.util.Objects.requireNonNull;

import io.aegis.api.IpAddress;

/**
 * Something that a decision depended on. While none of the inputs of a decision changes, and before
 * its {@code validUntil}, the same request gets the same answer; so a server keeps the inputs
 * beside what it granted, and asks again for those that hold the input that changed.
 *
 * <p>Some say by themselves what they are about: a user, a service. Others are about the request
 * that was decided, which the server knows anyway: {@link Session}, {@link Authenticated}, {@link
 * Claim}, {@link SourceDetails}, {@link DeviceId} and {@link DeviceFact}. Conditions name those,
 * and are the same for every request.
 */
public sealed interface Input {

  /**
   * The principal: name, whether active, which roles and groups; and the rules that name the user.
   *
   * @param id the id of the principal
   */
  record User(String id) implements Input {
    /** Makes an input. */
    public User {
      requireNonNull(id, "id");
    }
  }

  /**
   * The rules that name a role.
   *
   * @param name the role
   */
  record Role(String name) implements Input {
    /** Makes an input. */
    public Role {
      requireNonNull(name, "name");
    }
  }

  /**
   * The rules that name a group.
   *
   * @param name the group
   */
  record Group(String name) implements Input {
    /** Makes an input. */
    public Group {
      requireNonNull(name, "name");
    }
  }

  /**
   * A service: whether it exists, its targets, tags and demands.
   *
   * @param id the id of the service
   */
  record OneService(String id) implements Input {
    /** Makes an input. */
    public OneService {
      requireNonNull(id, "id");
    }
  }

  /**
   * A source: its assurance, and who else holds the service from there.
   *
   * @param address the address
   */
  record FromSource(IpAddress address) implements Input {
    /** Makes an input. */
    public FromSource {
      requireNonNull(address, "address");
    }
  }

  /** The session of the request: that it lives, and until when. */
  record Session() implements Input {}

  /** How and when the principal of the request proved who they are. */
  record Authenticated() implements Input {}

  /**
   * A claim of the principal of the request: whether there is one, and what it says.
   *
   * @param name the claim
   */
  record Claim(String name) implements Input {
    /** Makes an input. */
    public Claim {
      requireNonNull(name, "name");
    }
  }

  /** What is known of the source of the request besides its address: assurance, link, region. */
  record SourceDetails() implements Input {}

  /** Which device the request comes from, or that none is known. */
  record DeviceId() implements Input {}

  /**
   * A fact of the device of the request: whether there is one, what it says, and when it was
   * observed. Also where no device is known: with one, there could be this fact.
   *
   * @param name the fact
   */
  record DeviceFact(String name) implements Input {
    /** Makes an input. */
    public DeviceFact {
      requireNonNull(name, "name");
    }
  }

  /**
   * The policy as a whole. It stands beside the finer inputs: whoever knows which rules and
   * services changed finds what is affected by {@link User}, {@link Role}, {@link Group} and {@link
   * OneService}; whoever only knows that there is a new policy, by this.
   */
  record WholePolicy() implements Input {}
}
