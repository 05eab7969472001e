package io.aegis.policy;

import static java.util.Objects.requireNonNull;

import io.aegis.api.EnforcementMode;
import io.aegis.api.IpAddress;
import io.aegis.api.IpAddress.Family;
import java.time.Instant;
import java.util.Set;

/**
 * One reason of a decision, for programs by its type and for people by its {@link #text()}.
 *
 * <p>The words are for the user who asked: they name the user, the service and what can be done,
 * never another principal.
 */
public sealed interface Explanation {

  /**
   * Returns the reason in words.
   *
   * @return one line, without a period at its end
   */
  String text();

  /**
   * A rule applied, or would have applied if it were enforced.
   *
   * @param rule the rule
   */
  record ByRule(Rule rule) implements Explanation {
    /** Makes a reason. */
    public ByRule {
      requireNonNull(rule, "rule");
    }

    @Override
    public String text() {
      String verb =
          switch (rule) {
            case Rule.Permit _ -> "permit";
            case Rule.Forbid _ -> "forbid";
          };
      String does =
          rule.mode() == EnforcementMode.ENFORCE
              ? " " + verb + "s "
              : ", in audit mode, would " + verb + " ";
      String on = rule.condition() == null ? "" : " on a condition";
      return "rule '" + rule.id() + "'" + does + rule.who() + " to reach " + rule.what() + on;
    }
  }

  /**
   * A rule does not apply, since its condition does not hold.
   *
   * @param rule a rule with a condition
   */
  record Unmet(Rule rule) implements Explanation {
    /** Makes a reason. */
    public Unmet {
      requireNonNull(rule, "rule");
    }

    @Override
    public String text() {
      return new ByRule(rule).text() + ", which does not hold";
    }
  }

  /**
   * The condition of a rule cannot be decided. A permit does not apply then, and a forbid does.
   *
   * @param rule a rule with a condition
   * @param problem why, mostly what is absent; without a period at its end
   */
  record Undecided(Rule rule, String problem) implements Explanation {
    /** Makes a reason. */
    public Undecided {
      requireNonNull(rule, "rule");
      requireNonNull(problem, "problem");
    }

    @Override
    public String text() {
      String denies =
          switch (rule) {
            case Rule.Permit _ -> "";
            case Rule.Forbid _ -> " (what cannot be decided denies)";
          };
      return new ByRule(rule).text() + ", which cannot be decided: " + problem + denies;
    }
  }

  /**
   * No permit applies.
   *
   * @param principal the name of the user
   * @param roles the roles of the user
   * @param groups the groups of the user
   * @param service the name of the service
   */
  record NoPermit(String principal, Set<String> roles, Set<String> groups, String service)
      implements Explanation {
    /** Makes a reason. */
    public NoPermit {
      requireNonNull(principal, "principal");
      roles = Set.copyOf(roles);
      groups = Set.copyOf(groups);
      requireNonNull(service, "service");
    }

    @Override
    public String text() {
      String inRoles = roles.isEmpty() ? "no roles" : "roles: " + Names.sorted(roles);
      String inGroups = groups.isEmpty() ? "" : "; groups: " + Names.sorted(groups);
      return "%s (%s%s) has no permit for service '%s'"
          .formatted(principal, inRoles, inGroups, service);
    }
  }

  /**
   * The account is disabled.
   *
   * @param principal the name of the user
   */
  record Inactive(String principal) implements Explanation {
    /** Makes a reason. */
    public Inactive {
      requireNonNull(principal, "principal");
    }

    @Override
    public String text() {
      return "the account of " + principal + " is disabled";
    }
  }

  /**
   * The session is over.
   *
   * @param principal the name of the user
   * @param ended when it ended
   */
  record SessionOver(String principal, Instant ended) implements Explanation {
    /** Makes a reason. */
    public SessionOver {
      requireNonNull(principal, "principal");
      requireNonNull(ended, "ended");
    }

    @Override
    public String text() {
      return "the session of " + principal + " ended at " + ended + " (log in again)";
    }
  }

  /**
   * The policy has no such service.
   *
   * @param serviceId what was asked for
   */
  record UnknownService(String serviceId) implements Explanation {
    /** Makes a reason. */
    public UnknownService {
      requireNonNull(serviceId, "serviceId");
    }

    @Override
    public String text() {
      return "there is no service '" + Names.printable(serviceId) + "'";
    }
  }

  /**
   * The service has no target at present.
   *
   * @param service the name of the service
   */
  record NoTarget(String service) implements Explanation {
    /** Makes a reason. */
    public NoTarget {
      requireNonNull(service, "service");
    }

    @Override
    public String text() {
      return "service '" + service + "' has no known address at present";
    }
  }

  /**
   * The service has targets of a family of which the principal has no bound source. Beside a permit
   * it means that those targets stay closed while the others open.
   *
   * @param principal the name of the user
   * @param service the name of the service
   * @param family the family of the targets that stay closed
   */
  record FamilyUnbound(String principal, String service, Family family) implements Explanation {
    /** Makes a reason. */
    public FamilyUnbound {
      requireNonNull(principal, "principal");
      requireNonNull(service, "service");
      requireNonNull(family, "family");
    }

    @Override
    public String text() {
      String name = family == Family.IPV4 ? "IPv4" : "IPv6";
      return "service '%s' has %s targets, for which %s has no bound %s source (log in over %s)"
          .formatted(service, name, principal, name, name);
    }
  }

  /**
   * The service asks for a surer source.
   *
   * @param service the name of the service
   * @param needed what the service asks for
   * @param given what the source has
   */
  record AssuranceTooLow(String service, Assurance needed, Assurance given) implements Explanation {
    /** Makes a reason. */
    public AssuranceTooLow {
      requireNonNull(service, "service");
      requireNonNull(needed, "needed");
      requireNonNull(given, "given");
    }

    @Override
    public String text() {
      return "service '%s' needs a source of assurance %s or better, and this one has %s"
          .formatted(service, needed, given);
    }
  }

  /**
   * Another principal holds the service from the same address, and the service refuses a second.
   *
   * @param service the name of the service
   * @param address the shared address
   */
  record SharedSourceRefused(String service, IpAddress address) implements Explanation {
    /** Makes a reason. */
    public SharedSourceRefused {
      requireNonNull(service, "service");
      requireNonNull(address, "address");
    }

    @Override
    public String text() {
      return "another user has service '%s' open from %s, and it admits one user for each address"
          .formatted(service, address);
    }
  }
}
