package io.aegis.policy;

import static java.util.Objects.requireNonNull;

import io.aegis.api.Target;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A protected thing, and what it asks of whoever reaches it.
 *
 * @param id what rules and requests name it by; unique in a policy
 * @param name what people read
 * @param targets what it is on the wire, each once. None at all is allowed, since a name that
 *     cannot be resolved at the moment must not make a whole policy unusable: such a service is
 *     denied to everybody
 * @param tags by which rules can name many services at once; possibly none
 * @param lifetime how long its grants live
 * @param minimumAssurance the least assurance of a source
 * @param sharedSource what happens when another principal holds it from the same address
 */
public record Service(
    String id,
    String name,
    List<Target> targets,
    Set<String> tags,
    Lifetime lifetime,
    Assurance minimumAssurance,
    SharedSource sharedSource) {

  /**
   * Makes a service.
   *
   * @throws IllegalArgumentException if the id, the name or a tag is not a name, or if a target is
   *     listed twice
   */
  public Service {
    Names.require(id, "a service id");
    Names.require(name, "a service name");
    targets = List.copyOf(targets);
    tags = Names.requireAll(tags, "a tag");
    requireNonNull(lifetime, "lifetime");
    requireNonNull(minimumAssurance, "minimumAssurance");
    requireNonNull(sharedSource, "sharedSource");
    var seen = new HashSet<Target>();
    for (Target target : targets) {
      if (!seen.add(target)) {
        throw new IllegalArgumentException("service '" + id + "' lists " + target + " twice");
      }
    }
  }

  /**
   * Returns a service without tags that asks for nothing but an address, and refuses a second
   * principal at the same address.
   *
   * @param id the id and name
   * @param lifetime how long its grants live
   * @param targets what it is on the wire
   * @return the service
   * @throws IllegalArgumentException if the id is not a name, or if a target is listed twice
   */
  public static Service of(String id, Lifetime lifetime, Target... targets) {
    return new Service(
        id, id, List.of(targets), Set.of(), lifetime, Assurance.IP, SharedSource.REFUSE);
  }
}
