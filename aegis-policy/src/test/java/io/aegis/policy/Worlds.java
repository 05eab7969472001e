package io.aegis.policy;

import io.aegis.api.EnforcementMode;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.domains.DomainContextBase;

/**
 * Small worlds in which everything happens: few names, so that rules meet requests, forbids meet
 * permits and two principals meet at one address; and twenty seconds of time, so that every instant
 * can be tried.
 */
final class Worlds extends DomainContextBase {

  static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
  static final int SECONDS = 20;

  private static final Target IPV4 = Target.of(IpAddress.parse("10.77.2.7"), Protocol.TCP, 443);
  private static final Target IPV6 = Target.of(IpAddress.parse("fd77::7"), Protocol.TCP, 443);

  @Provide
  Arbitrary<Policy> policies() {
    return Combinators.combine(Arbitraries.longs().between(0, 9), services(), ruleLists())
        .as(Policy::new);
  }

  /** Rules with distinct ids. */
  private static Arbitrary<List<Rule>> ruleLists() {
    return rules(Arbitraries.integers().between(0, 50).map(number -> "rule-" + number))
        .list()
        .uniqueElements(Rule::id)
        .ofMinSize(1)
        .ofMaxSize(8);
  }

  /** Rules with other ids than those of the policies, to be added to one. */
  @Provide
  Arbitrary<Rule> moreRules() {
    return rules(Arbitraries.of("a-rule-before-all-others", "z-rule-after-all-others"));
  }

  private static Arbitrary<Rule> rules(Arbitrary<String> ids) {
    Arbitrary<EnforcementMode> modes =
        Arbitraries.frequency(
            Tuple.of(4, EnforcementMode.ENFORCE), Tuple.of(1, EnforcementMode.AUDIT));
    Arbitrary<Boolean> isPermit = Arbitraries.frequency(Tuple.of(6, true), Tuple.of(1, false));
    return Combinators.combine(ids, isPermit, who(), what(), modes, conditions().injectNull(0.5))
        .as((id, permit, who, what, mode, condition) ->
            permit
                ? new Rule.Permit(id, who, what, mode, condition)
                : new Rule.Forbid(id, who, what, mode, condition));
  }

  /** Windows, some of which never open. */
  static Arbitrary<Condition> windows() {
    Arbitrary<Integer> seconds = Arbitraries.integers().between(0, 2 * SECONDS);
    return Combinators.combine(seconds, seconds)
        .as((from, to) -> SmallLanguage.of(from + ".." + to));
  }

  /** One term or two. */
  private static Arbitrary<Condition> conditions() {
    Arbitrary<Integer> seconds = Arbitraries.integers().between(0, SECONDS);
    Arbitrary<String> window =
        Combinators.combine(seconds, seconds).as((from, to) -> from + ".." + to);
    Arbitrary<String> terms =
        Arbitraries.frequencyOf(
            Tuple.of(6, window),
            Tuple.of(2, Arbitraries.just("fact encrypted")),
            Tuple.of(1, Arbitraries.just("fact patched")),
            Tuple.of(1, Arbitraries.just("claim team")),
            Tuple.of(1, Arbitraries.just("otp")),
            Tuple.of(1, Arbitraries.just("region")),
            Tuple.of(1, Arbitraries.just("throw")));
    return terms
        .list()
        .ofMinSize(1)
        .ofMaxSize(2)
        .map(all -> SmallLanguage.of(String.join("&", all)));
  }

  private static Arbitrary<Who> who() {
    return Arbitraries.of(
        Who.user("alice"),
        Who.user("bob"),
        Who.role("user"),
        Who.role("admin"),
        Who.group("staff"),
        Who.group("user"));
  }

  private static Arbitrary<What> what() {
    return Arbitraries.of(
        What.service("web"), What.service("db"), What.tag("production"), What.tag("web"));
  }

  /** Two services, each with demands of its own. */
  private static Arbitrary<List<Service>> services() {
    return Combinators.combine(service("web"), service("db")).as(List::of);
  }

  private static Arbitrary<Service> service(String id) {
    var lifetime = Lifetime.ofHard(Duration.ofSeconds(10));
    return Combinators.combine(
            Arbitraries.frequency(
                Tuple.of(5, List.of(IPV4, IPV6)),
                Tuple.of(2, List.of(IPV4)),
                Tuple.of(2, List.of(IPV6)),
                Tuple.of(1, List.<Target>of())),
            Arbitraries.of(Set.<String>of(), Set.of("production"), Set.of("production", "web")),
            Arbitraries.frequency(Tuple.of(3, Assurance.IP), Tuple.of(1, Assurance.WIREGUARD)),
            Arbitraries.of(SharedSource.class))
        .as((targets, tags, assurance, shared) ->
            new Service(id, id, targets, tags, lifetime, assurance, shared));
  }

  @Provide
  Arbitrary<Principal> principals() {
    return Combinators.combine(
            Arbitraries.frequency(Tuple.of(3, "alice"), Tuple.of(1, "bob")),
            Arbitraries.frequency(Tuple.of(15, true), Tuple.of(1, false)),
            Arbitraries.of(
                Set.<String>of(), Set.of("user"), Set.of("user", "admin"), Set.of("guest")),
            Arbitraries.of(Set.<String>of(), Set.of("staff"), Set.of("staff", "user")),
            Arbitraries.of(Map.<String, String>of(), Map.of("team", "blue")),
            Arbitraries.of(Set.of("pwd"), Set.of("pwd", "otp")))
        .as((id, active, roles, groups, claims, methods) ->
            new Principal(
                id, id, active, roles, groups, claims, new Authentication(methods, START)));
  }

  private static Arbitrary<Device> devices() {
    Fact yes = Fact.of(true, START);
    Fact no = Fact.of(false, START);
    return Arbitraries.of(
        new Device("laptop", Map.of()),
        new Device("laptop", Map.of("encrypted", yes)),
        new Device("laptop", Map.of("encrypted", yes, "patched", yes)),
        new Device("phone", Map.of("encrypted", no, "patched", yes)));
  }

  @Provide
  Arbitrary<AccessRequest> requests() {
    return Combinators.combine(
            principals(),
            sources(),
            serviceIds(),
            instants(0, SECONDS / 2),
            instants(SECONDS / 4, SECONDS),
            others(),
            devices().injectNull(0.2))
        .as(AccessRequest::new);
  }

  private static Arbitrary<Source> sources() {
    return Combinators.combine(
            Arbitraries.of(IpAddress.parse("10.77.1.2"), IpAddress.parse("fd77:1::2")),
            Arbitraries.of(Assurance.class),
            Arbitraries.of("de", "fr").injectNull(0.3))
        .as((address, assurance, region) -> new Source(address, assurance, null, region));
  }

  private static Arbitrary<String> serviceIds() {
    return Arbitraries.frequency(
        Tuple.of(5, "web"), Tuple.of(5, "db"), Tuple.of(1, "unknown"), Tuple.of(1, "production"));
  }

  private static Arbitrary<Instant> instants(int first, int last) {
    return Arbitraries.integers().between(first, last).map(START::plusSeconds);
  }

  private static Arbitrary<Set<String>> others() {
    return Arbitraries.frequency(
        Tuple.of(6, Set.<String>of()),
        Tuple.of(1, Set.of("bob")),
        Tuple.of(1, Set.of("alice", "carol")));
  }
}
