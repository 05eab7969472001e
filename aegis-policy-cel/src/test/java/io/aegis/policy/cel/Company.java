package io.aegis.policy.cel;

import io.aegis.api.EnforcementMode;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.policy.Assurance;
import io.aegis.policy.Authentication;
import io.aegis.policy.Groups;
import io.aegis.policy.Lifetime;
import io.aegis.policy.Policy;
import io.aegis.policy.PolicyEngine;
import io.aegis.policy.Principal;
import io.aegis.policy.Rule;
import io.aegis.policy.Service;
import io.aegis.policy.SharedSource;
import io.aegis.policy.What;
import io.aegis.policy.Who;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A company whose policy uses everything there is, for {@link SecurityQuestionsTest}. */
final class Company {

  private static final Target IPV4 = Target.of(IpAddress.parse("10.77.2.7"), Protocol.TCP, 443);
  private static final Target IPV6 = Target.of(IpAddress.parse("fd77::7"), Protocol.TCP, 443);
  private static final List<Target> BOTH = List.of(IPV4, IPV6);
  private static final Set<String> NO_TAGS = Set.of();

  private static final Groups GROUPS =
      Groups.of(
          Map.of(
              "payroll", Set.of("finance"),
              "finance", Set.of("staff"),
              "nightshift", Set.of("operators"),
              "operators", Set.of("staff"),
              "contractors", Set.of("externals")));

  static final PolicyEngine ENGINE = PolicyEngine.compile(new Policy(1, services(), rules()));

  private Company() {}

  private static List<Service> services() {
    return List.of(
        service("wiki", NO_TAGS, BOTH, Assurance.IP, SharedSource.REFUSE),
        service("payroll", Set.of("finance"), List.of(IPV4), Assurance.IP, SharedSource.REFUSE),
        service("hr", Set.of("finance"), List.of(IPV6), Assurance.IP, SharedSource.REFUSE),
        service("prod", Set.of("production"), BOTH, Assurance.IP, SharedSource.REFUSE),
        service("vault", NO_TAGS, BOTH, Assurance.IP, SharedSource.REFUSE),
        service("kiosk", NO_TAGS, BOTH, Assurance.IP, SharedSource.REFUSE),
        service("lab", NO_TAGS, BOTH, Assurance.IP, SharedSource.REFUSE),
        service("report", NO_TAGS, BOTH, Assurance.IP, SharedSource.REFUSE),
        service("board", NO_TAGS, BOTH, Assurance.IP, SharedSource.REFUSE),
        service("backup", NO_TAGS, List.of(), Assurance.IP, SharedSource.REFUSE),
        service("door", NO_TAGS, BOTH, Assurance.IP_LINK, SharedSource.REFUSE),
        service("desk", NO_TAGS, BOTH, Assurance.IP, SharedSource.TAKEOVER),
        service("printer", NO_TAGS, BOTH, Assurance.IP, SharedSource.SHARED));
  }

  private static Service service(
      String id, Set<String> tags, List<Target> targets, Assurance least, SharedSource shared) {
    var lifetime = Lifetime.ofHard(Duration.ofHours(8));
    return new Service(id, id, targets, tags, lifetime, least, shared);
  }

  private static List<Rule> rules() {
    var cel = new CelConditions();
    Who employees = Who.role("employee");
    Who admins = Who.role("admin");
    Who finance = Who.group("finance");
    Who staff = Who.group("staff");
    What wiki = What.service("wiki");
    What production = What.tag("production");
    return List.of(
        Rule.permit("p-wiki", staff, wiki),
        Rule.permit("p-payroll", finance, What.service("payroll"))
            .when(cel.compile("within_hours('Mon-Fri 08:00-18:00', 'Europe/Berlin')")),
        Rule.permit("p-hr", finance, What.service("hr")),
        Rule.forbid("f-externals", Who.group("externals"), What.tag("finance")),
        Rule.permit("p-prod", admins, production)
            .when(cel.compile("'webauthn' in auth.methods && authenticated_within('8h')")),
        Rule.forbid("f-plain-disk", admins, production)
            .when(cel.compile("!device.disk_encryption")),
        Rule.permit("p-vault", Who.group("nightshift"), What.service("vault"))
            .when(cel.compile("within_hours('Mon-Sun 22:00-06:00', 'Europe/Berlin')")),
        Rule.permit("p-kiosk", employees, What.service("kiosk"))
            .when(cel.compile("in_network(source.address, '10.0.0.0/8')")),
        Rule.forbid("f-kiosk", employees, What.service("kiosk"))
            .when(cel.compile("in_network(source.address, '10.99.0.0/16')")),
        Rule.permit("p-lab", employees, What.service("lab"))
            .when(cel.compile("version_at_least(device.os, '14.5') && fresh(device.os, '24h')")),
        Rule.permit("p-report", Who.role("accountant"), What.service("report"))
            .when(cel.compile("within_hours('Sun 22:00-02:00', 'UTC')")),
        Rule.permit("p-board", employees, What.service("board"))
            .when(cel.compile("principal.claims.clearance == '2'")),
        Rule.forbid("f-board", Who.user("alice"), What.service("board")),
        Rule.permit("p-backup", admins, What.service("backup")),
        Rule.permit("p-door", employees, What.service("door")),
        Rule.permit("p-desk", employees, What.service("desk")),
        Rule.permit("p-printer", employees, What.service("printer")),
        new Rule.Forbid(
            "a-abroad", staff, wiki, EnforcementMode.AUDIT, cel.compile("source.region != 'de'")),
        new Rule.Permit("a-guest", Who.role("guest"), wiki, EnforcementMode.AUDIT));
  }

  /** Returns somebody who works here; ids and names are the same. */
  static Principal person(String id, Map<String, String> claims, Authentication shown) {
    return switch (id) {
      case "alice" -> person(id, Set.of("employee", "accountant"), "payroll", claims, shown);
      case "bob" -> person(id, Set.of("employee", "admin"), "operators", claims, shown);
      case "carol" -> person(id, Set.of("employee"), "contractors", claims, shown);
      case "mallory" -> person(id, Set.of("employee"), "nightshift", claims, shown);
      case "grace" -> of(id, true, Set.of(), Set.of("payroll", "contractors"), claims, shown);
      case "gus" -> person(id, Set.of("guest"), "visitors", claims, shown);
      case "stan" -> person(id, Set.of("staff", "finance"), "visitors", claims, shown);
      case "dave" -> of(id, false, Set.of("employee"), Set.of("payroll"), claims, shown);
      default -> of(id, true, Set.of(), Set.of(), claims, shown);
    };
  }

  private static Principal person(
      String id, Set<String> roles, String group, Map<String, String> claims, Authentication at) {
    return of(id, true, roles, Set.of(group), claims, at);
  }

  private static Principal of(
      String id,
      boolean active,
      Set<String> roles,
      Set<String> groups,
      Map<String, String> claims,
      Authentication shown) {
    return new Principal(id, id, active, roles, GROUPS.resolve(groups), claims, shown);
  }
}
