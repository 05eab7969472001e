package io.aegis.policy;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Services, and the rules about who may reach them. A policy is whole or it is not at all: one that
 * contradicts itself cannot be made.
 *
 * @param version 0 or more; a newer policy has a higher one
 * @param services the protected services; their order means nothing
 * @param rules the rules; their order means nothing
 */
public record Policy(long version, List<Service> services, List<Rule> rules) {

  /**
   * Makes a policy.
   *
   * @throws InvalidPolicyException if an id is used twice, or a rule names a service that is not
   *     listed; it lists every such mistake. A tag that no service has is no mistake
   * @throws IllegalArgumentException if the version is negative
   */
  public Policy {
    if (version < 0) {
      throw new IllegalArgumentException("a policy version is not negative: " + version);
    }
    services = List.copyOf(requireNonNull(services, "services"));
    rules = List.copyOf(requireNonNull(rules, "rules"));
    var mistakes = new ArrayList<String>();
    Set<String> serviceIds = findRepeatedServices(services, mistakes);
    findMistakenRules(rules, serviceIds, mistakes);
    if (!mistakes.isEmpty()) {
      throw new InvalidPolicyException(version, mistakes);
    }
  }

  private static Set<String> findRepeatedServices(List<Service> services, List<String> mistakes) {
    var ids = new HashSet<String>();
    for (Service service : services) {
      if (!ids.add(service.id())) {
        mistakes.add("two services have the id '" + service.id() + "'");
      }
    }
    return ids;
  }

  private static void findMistakenRules(
      List<Rule> rules, Set<String> serviceIds, List<String> mistakes) {
    var ids = new HashSet<String>();
    for (Rule rule : rules) {
      if (!ids.add(rule.id())) {
        mistakes.add("two rules have the id '" + rule.id() + "'");
      }
      if (rule.what() instanceof What.OneService(String id) && !serviceIds.contains(id)) {
        mistakes.add("rule '" + rule.id() + "' names service '" + id + "', which does not exist");
      }
    }
  }
}
