package io.aegis.policy;

import static java.util.Objects.requireNonNull;

import io.aegis.api.IpAddress;

/**
 * Something that a decision depended on. While none of the inputs of a decision changes, and before
 * its {@code validUntil}, the same request gets the same answer; so a server keeps the inputs
 * beside what it granted, and asks again for those that hold the input that changed.
 */
public sealed interface Input {

  /**
   * The principal: whether active, which roles and groups; and the rules that name the user.
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

  /**
   * The policy as a whole. It stands beside the finer inputs: whoever knows which rules and
   * services changed finds what is affected by {@link User}, {@link Role}, {@link Group} and {@link
   * OneService}; whoever only knows that there is a new policy, by this.
   */
  record WholePolicy() implements Input {}
}
