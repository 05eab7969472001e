package io.aegis.policy;

/** The services that a rule is about. */
public sealed interface What {

  /**
   * One service.
   *
   * @param id the id of the service
   */
  record OneService(String id) implements What {
    /**
     * Names a service.
     *
     * @throws IllegalArgumentException if the id is not a name
     */
    public OneService {
      Names.require(id, "a service id");
    }

    /** Returns for example {@code service 'web'}. */
    @Override
    public String toString() {
      return "service '" + id + "'";
    }
  }

  /**
   * Every service with a tag, whether there is one at present or not.
   *
   * @param name the tag
   */
  record Tag(String name) implements What {
    /**
     * Names a tag.
     *
     * @throws IllegalArgumentException if the tag is not a name
     */
    public Tag {
      Names.require(name, "a tag");
    }

    /** Returns for example {@code services tagged 'production'}. */
    @Override
    public String toString() {
      return "services tagged '" + name + "'";
    }
  }

  /**
   * Names a service.
   *
   * @param id the id of the service
   * @return that one service
   * @throws IllegalArgumentException if the id is not a name
   */
  static What service(String id) {
    return new OneService(id);
  }

  /**
   * Names a tag.
   *
   * @param name the tag
   * @return every service that has it
   * @throws IllegalArgumentException if the tag is not a name
   */
  static What tag(String name) {
    return new Tag(name);
  }

  /**
   * Returns whether this is {@code service}, or a tag of it.
   *
   * @param service a service
   * @return true if a rule about this is about it
   */
  default boolean includes(Service service) {
    return switch (this) {
      case OneService(String id) -> service.id().equals(id);
      case Tag(String name) -> service.tags().contains(name);
    };
  }
}
