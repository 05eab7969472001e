package io.aegis.policy.benchmark;

import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.policy.AccessRequest;
import io.aegis.policy.Assurance;
import io.aegis.policy.Authentication;
import io.aegis.policy.Lifetime;
import io.aegis.policy.Policy;
import io.aegis.policy.Principal;
import io.aegis.policy.Rule;
import io.aegis.policy.Service;
import io.aegis.policy.SharedSource;
import io.aegis.policy.Source;
import io.aegis.policy.What;
import io.aegis.policy.Who;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A company: who works there, what there is to reach, and rules. Everything comes from fixed seeds,
 * so every run and every engine meets the same; the rules of a larger policy begin with those of
 * every smaller one.
 *
 * @param users how many people there are
 * @param services how many services; each has one of {@link #TAGS} tags
 */
record World(int users, int services) {

  /** A middling company, as the budgets have it. */
  static final World COMPANY = new World(10_000, 1_000);

  /** A power of two, and enough that no branch is learned by heart. */
  static final int REQUESTS = 1 << 10;

  /** The time of every request: a Tuesday morning. */
  static final Instant NOW = Instant.parse("2030-01-01T09:00:00Z");

  private static final int ROLES = 100;
  private static final int GROUPS = 200;
  private static final int TAGS = 50;
  private static final int RULES_FOR_A_TAG = 5;
  private static final int RULES_FOR_A_FORBID = 10;
  private static final Target TARGET = Target.of(IpAddress.parse("10.77.2.7"), Protocol.TCP, 443);
  private static final Source SOURCE = new Source(IpAddress.parse("10.77.1.2"), Assurance.IP);
  private static final Lifetime LIFETIME = Lifetime.ofHard(Duration.ofHours(8));

  /** Returns a policy: a third of the rules about users, roles and groups each. */
  Policy policy(int rules) {
    var random = new Random(7);
    var all = new ArrayList<Rule>();
    for (int i = 0; i < rules; i++) {
      Who who = who(i, random);
      boolean ofTag = i % RULES_FOR_A_TAG == 0;
      What what =
          ofTag
              ? What.tag("tag-" + random.nextInt(TAGS))
              : What.service("service-" + random.nextInt(services));
      boolean isForbid = i % RULES_FOR_A_FORBID == RULES_FOR_A_FORBID - 1;
      all.add(isForbid ? Rule.forbid("rule-" + i, who, what) : Rule.permit("rule-" + i, who, what));
    }
    List<Service> offered = IntStream.range(0, services).mapToObj(World::service).toList();
    return new Policy(1, offered, all);
  }

  private Who who(int rule, Random random) {
    return switch (rule % 3) {
      case 0 -> Who.user("user-" + random.nextInt(users));
      case 1 -> Who.role("role-" + random.nextInt(ROLES));
      default -> Who.group("group-" + random.nextInt(GROUPS));
    };
  }

  private static Service service(int number) {
    String id = "service-" + number;
    return new Service(
        id,
        id,
        List.of(TARGET),
        Set.of("tag-" + number % TAGS),
        LIFETIME,
        Assurance.IP,
        SharedSource.REFUSE);
  }

  /** Returns requests of anybody for anything. */
  AccessRequest[] requests() {
    var random = new Random(11);
    return IntStream.range(0, REQUESTS)
        .mapToObj(_ -> request(principal(random), "service-" + random.nextInt(services)))
        .toArray(AccessRequest[]::new);
  }

  /**
   * Returns requests for services that some rules are about, every other one by somebody whom the
   * rule is about: so the rules there are besides are the only difference between two policies.
   */
  AccessRequest[] requestsAbout(List<Rule> rules) {
    var random = new Random(13);
    List<Rule> of = rules.stream().filter(rule -> rule.what() instanceof What.OneService).toList();
    var requests = new AccessRequest[REQUESTS];
    for (int i = 0; i < REQUESTS; i++) {
      Rule rule = of.get(random.nextInt(of.size()));
      Principal somebody = principal(random);
      boolean meant = i % 2 == 0;
      requests[i] =
          request(
              meant ? meantBy(rule.who(), somebody) : somebody,
              ((What.OneService) rule.what()).id());
    }
    return requests;
  }

  private static Principal meantBy(Who who, Principal somebody) {
    return switch (who) {
      case Who.User(String id) -> principal(id, somebody.roles(), somebody.groups());
      case Who.Role(String name) ->
          principal(somebody.id(), Set.of(name, "role-of-others"), somebody.groups());
      case Who.Group(String name) -> principal(somebody.id(), somebody.roles(), Set.of(name));
    };
  }

  private Principal principal(Random random) {
    int half = ROLES / 2;
    return principal(
        "user-" + random.nextInt(users),
        Set.of("role-" + random.nextInt(half), "role-" + (half + random.nextInt(half))),
        Set.of("group-" + random.nextInt(GROUPS)));
  }

  private static Principal principal(String id, Set<String> roles, Set<String> groups) {
    var shown = new Authentication(Set.of("pwd", "webauthn"), NOW.minusSeconds(60));
    return new Principal(id, id, true, roles, groups, Map.of(), shown);
  }

  private static AccessRequest request(Principal principal, String service) {
    return AccessRequest.of(principal, SOURCE, service, NOW, NOW.plusSeconds(3_600));
  }
}
