package io.aegis.policy.benchmark;

import io.aegis.policy.AccessRequest;
import io.aegis.policy.Policy;
import io.aegis.policy.Principal;
import io.aegis.policy.Rule;
import io.aegis.policy.Service;
import io.aegis.policy.What;
import io.aegis.policy.Who;
import java.util.ArrayList;
import java.util.List;
import org.casbin.jcasbin.main.Enforcer;
import org.casbin.jcasbin.model.Model;

/**
 * The rules in jCasbin: its RBAC model with roles of resources and deny-override, as its
 * documentation writes it. Users' roles and groups and services' tags are links of its role
 * managers.
 */
final class CasbinPeer implements PeerBenchmark.Peer {

  private static final String MODEL =
      """
      [request_definition]
      r = sub, obj

      [policy_definition]
      p = sub, obj, eft

      [role_definition]
      g = _, _
      g2 = _, _

      [policy_effect]
      e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

      [matchers]
      m = g(r.sub, p.sub) && g2(r.obj, p.obj)
      """;

  private final Enforcer enforcer;
  private final String[] subjects;
  private final String[] objects;

  private CasbinPeer(Enforcer enforcer, String[] subjects, String[] objects) {
    this.enforcer = enforcer;
    this.subjects = subjects;
    this.objects = objects;
  }

  /**
   * Every request is by a subject of its own, since the same user may have other roles in another.
   */
  static CasbinPeer of(Policy policy, List<AccessRequest> requests) {
    var model = new Model();
    model.loadModelFromText(MODEL);
    var enforcer = new Enforcer(model);
    enforcer.enableLog(false);
    enforcer.enableAutoBuildRoleLinks(false);
    var subjects = new String[requests.size()];
    var objects = new String[requests.size()];
    for (int i = 0; i < requests.size(); i++) {
      subjects[i] = "request:" + i;
      objects[i] = "service:" + requests.get(i).serviceId();
      addLinks(enforcer, subjects[i], requests.get(i).principal());
    }
    for (Service service : policy.services()) {
      service
          .tags()
          .forEach(tag ->
              enforcer.addNamedGroupingPolicy("g2", "service:" + service.id(), "tag:" + tag));
    }
    var lines = new ArrayList<List<String>>();
    policy.rules().forEach(rule -> lines.add(line(rule)));
    enforcer.addPolicies(lines);
    enforcer.enableAutoBuildRoleLinks(true);
    enforcer.buildRoleLinks();
    return new CasbinPeer(enforcer, subjects, objects);
  }

  private static void addLinks(Enforcer enforcer, String subject, Principal principal) {
    enforcer.addGroupingPolicy(subject, "user:" + principal.id());
    principal.roles().forEach(role -> enforcer.addGroupingPolicy(subject, "role:" + role));
    principal.groups().forEach(group -> enforcer.addGroupingPolicy(subject, "group:" + group));
  }

  private static List<String> line(Rule rule) {
    String subject =
        switch (rule.who()) {
          case Who.User(String id) -> "user:" + id;
          case Who.Role(String name) -> "role:" + name;
          case Who.Group(String name) -> "group:" + name;
        };
    String object =
        switch (rule.what()) {
          case What.OneService(String id) -> "service:" + id;
          case What.Tag(String name) -> "tag:" + name;
        };
    return List.of(subject, object, rule instanceof Rule.Permit ? "allow" : "deny");
  }

  @Override
  public boolean permits(int request) {
    return enforcer.enforce(subjects[request], objects[request]);
  }
}
