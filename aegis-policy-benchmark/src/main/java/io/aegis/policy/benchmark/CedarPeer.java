package io.aegis.policy.benchmark;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.AuthorizationResponse;
import com.cedarpolicy.model.AuthorizationSuccessResponse.Decision;
import com.cedarpolicy.model.entity.Entities;
import com.cedarpolicy.model.entity.Entity;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.exception.CacheException;
import com.cedarpolicy.model.policy.PolicySet;
import com.cedarpolicy.value.EntityTypeName;
import com.cedarpolicy.value.EntityUID;
import io.aegis.policy.AccessRequest;
import io.aegis.policy.Policy;
import io.aegis.policy.Principal;
import io.aegis.policy.Rule;
import io.aegis.policy.Service;
import io.aegis.policy.What;
import io.aegis.policy.Who;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The rules in Cedar. Its policies are parsed once and kept on its native side ({@code cache()});
 * with a request go the principal, the service and what they are in, and nothing else, since all of
 * that is handed over as text each time.
 */
final class CedarPeer implements PeerBenchmark.Peer {

  private static final EntityUID REACH = uid("Action", "reach");

  private final BasicAuthorizationEngine engine = new BasicAuthorizationEngine();
  private final PolicySet policies;
  private final AuthorizationRequest[] requests;
  private final Entities[] entities;

  private CedarPeer(PolicySet policies, AuthorizationRequest[] requests, Entities[] entities) {
    this.policies = policies;
    this.requests = requests;
    this.entities = entities;
  }

  static CedarPeer of(Policy policy, List<AccessRequest> asked) {
    var all = new HashSet<com.cedarpolicy.model.policy.Policy>();
    policy
        .rules()
        .forEach(rule -> all.add(new com.cedarpolicy.model.policy.Policy(text(rule), rule.id())));
    var policies = new PolicySet(all);
    try {
      policies.cache();
    } catch (CacheException e) {
      throw new IllegalStateException("caching Cedar policies", e);
    }
    Map<String, Service> services =
        policy.services().stream().collect(Collectors.toMap(Service::id, Function.identity()));
    var requests = new AuthorizationRequest[asked.size()];
    var entities = new Entities[asked.size()];
    for (int i = 0; i < asked.size(); i++) {
      AccessRequest request = asked.get(i);
      Entity principal = entity(request.principal());
      Entity service =
          entity(Objects.requireNonNull(services.get(request.serviceId()), "a service"));
      requests[i] =
          new AuthorizationRequest(
              principal.getEUID(),
              REACH,
              service.getEUID(),
              Optional.of(Map.of()),
              Optional.empty(),
              false);
      entities[i] = new Entities(Set.of(principal, service));
    }
    return new CedarPeer(policies, requests, entities);
  }

  private static String text(Rule rule) {
    String who =
        switch (rule.who()) {
          case Who.User(String id) -> "principal == User::\"" + id + "\"";
          case Who.Role(String name) -> "principal in Role::\"" + name + "\"";
          case Who.Group(String name) -> "principal in Group::\"" + name + "\"";
        };
    String what =
        switch (rule.what()) {
          case What.OneService(String id) -> "resource == Service::\"" + id + "\"";
          case What.Tag(String name) -> "resource in Tag::\"" + name + "\"";
        };
    String effect = rule instanceof Rule.Permit ? "permit" : "forbid";
    return effect + "(" + who + ", action == Action::\"reach\", " + what + ");";
  }

  private static Entity entity(Principal principal) {
    var in = new HashSet<EntityUID>();
    principal.roles().forEach(role -> in.add(uid("Role", role)));
    principal.groups().forEach(group -> in.add(uid("Group", group)));
    return new Entity(uid("User", principal.id()), in);
  }

  private static Entity entity(Service service) {
    return new Entity(
        uid("Service", service.id()),
        service.tags().stream().map(tag -> uid("Tag", tag)).collect(Collectors.toSet()));
  }

  private static EntityUID uid(String type, String id) {
    return new EntityUID(EntityTypeName.parse(type).orElseThrow(), id);
  }

  @Override
  public boolean permits(int request) {
    AuthorizationResponse response;
    try {
      response = engine.isAuthorized(requests[request], policies, entities[request]);
    } catch (AuthException e) {
      throw new IllegalStateException("asking Cedar", e);
    }
    return response.success.orElseThrow().getDecision() == Decision.Allow;
  }
}
