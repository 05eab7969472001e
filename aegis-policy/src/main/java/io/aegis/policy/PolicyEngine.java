package io.aegis.policy;

import io.aegis.policy.Explanation.UnknownService;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may reach what. It is the only thing that does.
 *
 * <p>An engine is immutable: a changed policy is compiled into another engine. It may be used by
 * any number of threads at once, takes no locks, and answers from the request and the policy alone.
 * How long a decision takes does not depend on the number of services and rules, but on how many
 * roles and groups the principal has and how many tags the service has; and, where rules about both
 * have conditions that matter, on those.
 */
public final class PolicyEngine {

  private final Policy policy;
  private final Map<String, CompiledService> services;

  private PolicyEngine(Policy policy, Map<String, CompiledService> services) {
    this.policy = policy;
    this.services = services;
  }

  /**
   * Compiles a policy.
   *
   * @param policy the policy
   * @return an engine that decides by it
   */
  public static PolicyEngine compile(Policy policy) {
    RuleIndex rules = RuleIndex.of(policy.rules());
    var services = new HashMap<String, CompiledService>();
    for (Service service : policy.services()) {
      services.put(service.id(), new CompiledService(service, rules));
    }
    return new PolicyEngine(policy, services);
  }

  /**
   * Returns the policy that this engine decides by.
   *
   * @return as it was compiled
   */
  public Policy policy() {
    return policy;
  }

  /**
   * Decides a request. Obstacles are looked for in the order principal, service, rules, source; the
   * first kind that is met denies, and where there is none the request is permitted.
   *
   * @param request who asks for what, from where and when
   * @return the decision; every request gets one
   */
  public Decision decide(AccessRequest request) {
    if (!request.principal().active() || !request.now().isBefore(request.sessionEnd())) {
      return deny(request, Stage.PRINCIPAL, null, Instant.MAX);
    }
    CompiledService service = services.get(request.serviceId());
    if (service == null) {
      return deny(request, Stage.SERVICE, null, Instant.MAX);
    }
    RuleAnswer answer = service.answer(request);
    if (!service.isOpenTo(request)) {
      // Time alone cannot open what is closed to the source, whatever becomes of the rules.
      return deny(request, answer.permitted() ? Stage.SOURCE : Stage.RULES, service, Instant.MAX);
    }
    return answer.permitted()
        ? permit(request, service, answer)
        : deny(request, Stage.RULES, service, answer.validUntil());
  }

  /**
   * Returns what the rules let a principal reach, with conditions taken as they suit the principal.
   * A request for one of these services is permitted when the session is live, the service has an
   * address, the source is what it asks for, and conditions are met; a request for any other
   * service is denied from everywhere and at any time.
   *
   * @param principal the principal
   * @return in the order of service names, then ids; none for an inactive principal
   */
  public List<Reach> whatCanReach(Principal principal) {
    return services.values().stream()
        .flatMap(service -> service.reach(principal).stream())
        .sorted(
            Comparator.comparing((Reach reach) -> reach.service().name())
                .thenComparing(reach -> reach.service().id()))
        .toList();
  }

  /**
   * Returns who of some principals can reach a service: those of whom {@link #whatCanReach} lists
   * it.
   *
   * @param serviceId the service
   * @param principals whom to look at; the engine knows nobody by itself
   * @return in the order of the principals; none for a service that does not exist
   */
  public List<Reach> whoCanReach(String serviceId, Collection<Principal> principals) {
    CompiledService service = services.get(serviceId);
    if (service == null) {
      return List.of();
    }
    return principals.stream().flatMap(each -> service.reach(each).stream()).toList();
  }

  /**
   * Compares what principals can reach by this policy and by another one, with conditions taken as
   * they suit: who gains, loses or keeps under other terms which service.
   *
   * @param after an engine with the other policy
   * @param principals whom to look at
   * @param serviceIds what to look at; of either policy, of both, or of none
   * @return changes alone, in the order of the principals, then of the ids of services
   */
  public List<ReachChange> diff(
      PolicyEngine after, Collection<Principal> principals, Set<String> serviceIds) {
    var changes = new ArrayList<ReachChange>();
    Set<String> sorted = new TreeSet<>(serviceIds);
    for (Principal principal : principals) {
      for (String id : sorted) {
        ReachChange.between(principal, id, reach(principal, id), after.reach(principal, id))
            .ifPresent(changes::add);
      }
    }
    return List.copyOf(changes);
  }

  /**
   * Compares what principals can reach by this policy and by another one, over all services of
   * both.
   *
   * @param after an engine with the other policy
   * @param principals whom to look at
   * @return changes alone, in the order of the principals, then of the ids of services
   */
  public List<ReachChange> diff(PolicyEngine after, Collection<Principal> principals) {
    var ids = new HashSet<>(services.keySet());
    ids.addAll(after.services.keySet());
    return diff(after, principals, ids);
  }

  private @Nullable Reach reach(Principal principal, String serviceId) {
    CompiledService service = services.get(serviceId);
    return service == null ? null : service.reach(principal).orElse(null);
  }

  /**
   * Decides recorded requests again, each at its own time.
   *
   * @param records the requests, and how they were decided
   * @return which of them this policy decides differently
   */
  public Replay replay(Iterable<RecordedRequest> records) {
    long unchanged = 0;
    var differences = new ArrayList<Replay.Difference>();
    for (RecordedRequest recorded : records) {
      Decision decision = decide(recorded.request());
      if (decision instanceof Decision.Permit == recorded.permitted()) {
        unchanged++;
      } else {
        differences.add(new Replay.Difference(recorded, decision));
      }
    }
    return new Replay(unchanged, differences);
  }

  /**
   * Decides a request and tells everything that led to the decision. It looks at every rule of the
   * policy, and takes accordingly longer than {@link #decide}.
   *
   * @param request who asks for what, from where and when
   * @return the same decision as {@link #decide}, with all obstacles and what each rule did
   */
  public Trace explain(AccessRequest request) {
    var obstacles = new ArrayList<>(Reasons.ofPrincipal(request));
    CompiledService service = services.get(request.serviceId());
    boolean forbidden = false;
    if (service == null) {
      obstacles.add(new UnknownService(request.serviceId()));
    } else {
      obstacles.addAll(Reasons.ofRules(request, service));
      obstacles.addAll(service.sourceObstacles(request));
      RuleMatch match = service.match(request.principal());
      forbidden = !Weighed.of(match, request).forbids().isEmpty();
    }
    var findings = new ArrayList<RuleFinding>();
    for (Rule rule : policy.rules()) {
      findings.add(
          RuleFinding.of(rule, request, service == null ? null : service.service(), forbidden));
    }
    findings.sort(Comparator.comparing(finding -> finding.rule().id()));
    return new Trace(decide(request), obstacles, findings);
  }

  private static Decision permit(
      AccessRequest request, CompiledService service, RuleAnswer answer) {
    return new Decision.Permit(
        RuleAnswer.earlier(request.sessionEnd(), answer.validUntil()),
        new Reasons(request, Stage.PERMITTED, service),
        service.obligations(request),
        new InputsUsed(request, Stage.PERMITTED, service),
        service.service().lifetime(),
        service.targets(request.source().address().family()));
  }

  // A denial by anything but rules never ends by time alone: what could lift it is a change of an
  // input, and a session that is over does not come back.
  private static Decision deny(
      AccessRequest request, Stage stage, @Nullable CompiledService service, Instant validUntil) {
    return new Decision.Deny(
        validUntil, new Reasons(request, stage, service), new InputsUsed(request, stage, service));
  }
}
