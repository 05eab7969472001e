package io.aegis.policy;

import static java.util.Objects.requireNonNull;

import io.aegis.api.EnforcementMode;
import org.jspecify.annotations.Nullable;

/**
 * Permits principals to reach services, or forbids it. The order of rules means nothing: any forbid
 * that applies wins over every permit, and where no permit applies there is no access.
 *
 * <p>The id of a rule may have up to 2,000 characters; otherwise it is a name as in {@link
 * Principal}.
 *
 * <p>A rule in mode {@link EnforcementMode#AUDIT} decides nothing; the decision only says what it
 * would have done.
 *
 * <p>A rule may have a {@link Condition}. A permit applies only while its condition holds; a forbid
 * applies unless its condition is known not to hold.
 */
public sealed interface Rule {

  /**
   * Lets principals reach services unless a forbid applies too.
   *
   * @param id what it is called; unique among all rules of a policy
   * @param who the principals
   * @param what the services
   * @param mode whether it decides or only says what it would have done
   * @param condition what has to hold for it to apply; null if it applies always
   */
  record Permit(String id, Who who, What what, EnforcementMode mode, @Nullable Condition condition)
      implements Rule {
    /**
     * Makes a permit.
     *
     * @throws IllegalArgumentException if the id is not a name
     */
    public Permit {
      requireParts(id, who, what, mode);
    }

    /**
     * Makes a permit without a condition.
     *
     * @param id what it is called; unique among all rules of a policy
     * @param who the principals
     * @param what the services
     * @param mode whether it decides or only says what it would have done
     * @throws IllegalArgumentException if the id is not a name
     */
    public Permit(String id, Who who, What what, EnforcementMode mode) {
      this(id, who, what, mode, null);
    }

    /**
     * Returns the same rule with a condition.
     *
     * @param required what has to hold for it to apply
     * @return a copy
     */
    public Permit when(Condition required) {
      return new Permit(id, who, what, mode, required);
    }
  }

  /**
   * Keeps principals from services, whatever permits there are.
   *
   * @param id what it is called; unique among all rules of a policy
   * @param who the principals
   * @param what the services
   * @param mode whether it decides or only says what it would have done
   * @param condition what has to hold, or be undecidable, for it to apply; null if it applies
   *     always
   */
  record Forbid(String id, Who who, What what, EnforcementMode mode, @Nullable Condition condition)
      implements Rule {
    /**
     * Makes a forbid.
     *
     * @throws IllegalArgumentException if the id is not a name
     */
    public Forbid {
      requireParts(id, who, what, mode);
    }

    /**
     * Makes a forbid without a condition.
     *
     * @param id what it is called; unique among all rules of a policy
     * @param who the principals
     * @param what the services
     * @param mode whether it decides or only says what it would have done
     * @throws IllegalArgumentException if the id is not a name
     */
    public Forbid(String id, Who who, What what, EnforcementMode mode) {
      this(id, who, what, mode, null);
    }

    /**
     * Returns the same rule with a condition.
     *
     * @param required what has to hold, or be undecidable, for it to apply
     * @return a copy
     */
    public Forbid when(Condition required) {
      return new Forbid(id, who, what, mode, required);
    }
  }

  /**
   * Returns what this rule is called.
   *
   * @return unique among all rules of a policy
   */
  String id();

  /**
   * Returns the principals it is about.
   *
   * @return the principals
   */
  Who who();

  /**
   * Returns the services it is about.
   *
   * @return the services
   */
  What what();

  /**
   * Returns whether it decides or only says what it would have done.
   *
   * @return the mode
   */
  EnforcementMode mode();

  /**
   * Returns what has to hold for it to apply.
   *
   * @return null if it applies always
   */
  @Nullable Condition condition();

  /**
   * Returns an enforced permit.
   *
   * @param id what it is called
   * @param who the principals
   * @param what the services
   * @return the rule
   * @throws IllegalArgumentException if the id is not a name
   */
  static Permit permit(String id, Who who, What what) {
    return new Permit(id, who, what, EnforcementMode.ENFORCE);
  }

  /**
   * Returns an enforced forbid.
   *
   * @param id what it is called
   * @param who the principals
   * @param what the services
   * @return the rule
   * @throws IllegalArgumentException if the id is not a name
   */
  static Forbid forbid(String id, Who who, What what) {
    return new Forbid(id, who, what, EnforcementMode.ENFORCE);
  }

  /**
   * Returns the permit that makes a service one of a role's services. Its id is made from both
   * names: the same for the same names, another for others.
   *
   * @param role the role
   * @param serviceId the service
   * @return an enforced permit
   * @throws IllegalArgumentException if one is not a name
   */
  static Permit permitRole(String role, String serviceId) {
    return permit(permitId("role", role, serviceId), Who.role(role), What.service(serviceId));
  }

  /**
   * Returns the permit that makes a service an extra service of a user. Its id is made from both
   * names: the same for the same names, another for others.
   *
   * @param userId the id of the user
   * @param serviceId the service
   * @return an enforced permit
   * @throws IllegalArgumentException if one is not a name
   */
  static Permit permitUser(String userId, String serviceId) {
    return permit(permitId("user", userId, serviceId), Who.user(userId), What.service(serviceId));
  }

  /**
   * Returns whether this rule is about a request for {@code service} by {@code principal}.
   *
   * @param principal who asks
   * @param service what for
   * @return true if both are named by this rule
   */
  default boolean appliesTo(Principal principal, Service service) {
    return who().includes(principal) && what().includes(service);
  }

  private static String permitId(String kind, String name, String serviceId) {
    return "permit:" + kind + ":" + escaped(name) + ":service:" + escaped(serviceId);
  }

  // Names may contain the separator; without this, two pairs of names could share an id.
  private static String escaped(String name) {
    return name.replace("%", "%25").replace(":", "%3A");
  }

  private static void requireParts(String id, Who who, What what, EnforcementMode mode) {
    Names.requireRuleId(id);
    requireNonNull(who, "who");
    requireNonNull(what, "what");
    requireNonNull(mode, "mode");
  }
}
