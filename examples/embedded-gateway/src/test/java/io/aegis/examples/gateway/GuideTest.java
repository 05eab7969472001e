package io.aegis.examples.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.spi.UpdateResult;
import io.aegis.policy.AccessRequest;
import io.aegis.policy.Assurance;
import io.aegis.policy.Authentication;
import io.aegis.policy.Condition;
import io.aegis.policy.Decision;
import io.aegis.policy.Input;
import io.aegis.policy.Lifetime;
import io.aegis.policy.Policy;
import io.aegis.policy.PolicyEngine;
import io.aegis.policy.Principal;
import io.aegis.policy.Rule;
import io.aegis.policy.Service;
import io.aegis.policy.Source;
import io.aegis.policy.What;
import io.aegis.policy.Who;
import io.aegis.policy.cel.CelConditions;
import io.aegis.policy.document.DocumentReader;
import io.aegis.policy.document.InvalidDocumentException;
import io.aegis.policy.document.PolicyDocument;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The code of docs/guides/embedding.md, which is a copy of what is compiled and run here. */
final class GuideTest {

  private static final Path GUIDE = Path.of("../../docs/guides/embedding.md");
  private static final Path HERE =
      Path.of("src/test/java/io/aegis/examples/gateway/GuideTest.java");

  @Test
  void guide_showsOnlyCodeThatIsCompiledHere() throws Exception {
    String compiled = withoutIndentation(Files.readString(HERE));
    var block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    String guide = Files.readString(GUIDE);
    List<String> shown = block.matcher(guide).results().map(match -> match.group(1)).toList();

    assertThat(shown).hasSizeGreaterThan(3);
    assertThat(shown).allSatisfy(code -> assertThat(compiled).contains(withoutIndentation(code)));
    assertThat(guide.lines())
        .as("every type of Aegis has its import there")
        .containsAll(compiled.lines().filter(line -> line.startsWith("import io.aegis.")).toList());
  }

  private static String withoutIndentation(String code) {
    return code.replaceAll("(?m)^ +", "");
  }

  @Test
  void guide_stepByStep_worksAsItSays() {
    PolicyEngine engine = compile();
    InstantSource clock = InstantSource.fixed(Instant.parse("2030-01-01T09:00:00Z"));
    var alice = Principal.of("alice", Set.of("user"), Authentication.password(clock.instant()));
    var bob = Principal.of("bob", Set.of("admin"), Authentication.password(clock.instant()));
    Instant sessionEnd = clock.instant().plus(Duration.ofHours(8));

    try (Enforcer enforcer = open(clock)) {
      assertThat(decide(engine, bob, "payroll", clock, sessionEnd, enforcer))
          .isEqualTo("rule 'freeze' forbids role 'admin' to reach service 'payroll'");
      assertThat(decide(engine, alice, "web", clock, sessionEnd, enforcer)).isEqualTo("open");
      assertThat(decide(engine, alice, "web", clock, sessionEnd, enforcer)).isEqualTo("open");
      assertThat(enforcer.grants()).as("each with an id of its own").hasSize(2);
    }
  }

  private static PolicyEngine compile() {
    Target target = Target.of(IpAddress.parse("10.77.2.7"), Protocol.TCP, 443);
    Lifetime lifetime = Lifetime.ofHard(Duration.ofHours(8));
    Service web = Service.of("web", lifetime, target);
    Service payroll =
        Service.of(
            "payroll", lifetime, Target.of(IpAddress.parse("10.77.2.8"), Protocol.TCP, 5432));

    Policy policy =
        new Policy(
            1,
            List.of(web, payroll),
            List.of(
                Rule.permitRole("user", "web"),
                Rule.permitUser("bob", "payroll"),
                Rule.forbid("freeze", Who.role("admin"), What.service("payroll"))));
    PolicyEngine engine = PolicyEngine.compile(policy);
    return engine;
  }

  @Test
  void condition_isCheckedAndBoundsTheDecision() {
    Condition office =
        new CelConditions().compile("within_hours(\"Mon-Fri 08:00-18:00\", \"Europe/Berlin\")");
    Rule rule =
        new Rule.Permit(
            "office hours", Who.role("user"), What.service("web"), EnforcementMode.ENFORCE, office);

    Target target = Target.of(IpAddress.parse("10.77.2.7"), Protocol.TCP, 443);
    Service web = Service.of("web", Lifetime.ofHard(Duration.ofHours(24)), target);
    PolicyEngine engine = PolicyEngine.compile(new Policy(1, List.of(web), List.of(rule)));
    Instant friday = Instant.parse("2026-03-06T16:00:00Z");
    var alice = Principal.of("alice", Set.of("user"), Authentication.password(friday));
    Source source = new Source(IpAddress.parse("10.77.1.2"), Assurance.IP);
    Decision decision =
        engine.decide(
            AccessRequest.of(alice, source, "web", friday, friday.plus(Duration.ofHours(8))));

    assertThat(decision).isInstanceOf(Decision.Permit.class);
    assertThat(decision.validUntil()).isEqualTo("2026-03-06T17:00:00Z");
  }

  @Test
  void document_isReadWithItsConditionsAndTests() throws Exception {
    Path file = Path.of("policy.yaml");
    DocumentReader reader = DocumentReader.withInstalledLanguages();
    PolicyDocument document = reader.read(Files.readAllBytes(file)).requirePassing();
    PolicyEngine engine = PolicyEngine.compile(document.policy());

    assertThat(engine.policy()).isEqualTo(document.policy());
    assertThatExceptionOfType(InvalidDocumentException.class)
        .isThrownBy(() -> reader.read("format: 1"));
  }

  private static String decide(
      PolicyEngine engine,
      Principal principal,
      String serviceId,
      InstantSource clock,
      Instant sessionEnd,
      Enforcer enforcer) {
    Source source = new Source(IpAddress.parse("10.77.1.2"), Assurance.IP);
    AccessRequest request =
        AccessRequest.of(principal, source, serviceId, clock.instant(), sessionEnd);

    return switch (engine.decide(request)) {
      case Decision.Permit permit -> enforce(request, permit, enforcer);
      case Decision.Deny deny -> deny.text();
    };
  }

  private static String enforce(AccessRequest request, Decision.Permit permit, Enforcer enforcer) {
    assertThat(isAffected(permit, "user")).isTrue();
    assertThat(isAffected(permit, "admin")).isFalse();
    List<Grant> inForce = enforcer.grants();
    var lastId = new AtomicLong(inForce.isEmpty() ? 0 : inForce.getLast().id().value());
    List<Grant> grants =
        permit.targets().stream()
            .map(target -> grant(new GrantId(lastId.incrementAndGet()), request, permit, target))
            .toList();
    UpdateResult result = enforcer.apply(new GrantUpdate(List.of(), grants, List.of()));
    if (!result.failures().isEmpty()) {
      List<GrantId> ids = grants.stream().map(Grant::id).toList();
      enforcer.apply(new GrantUpdate(ids, List.of(), List.of()));
      return "not open: " + result.failures();
    }
    assertThat(enforcer.grants()).containsAll(inForce);
    return "open";
  }

  private static Grant grant(
      GrantId id, AccessRequest request, Decision.Permit permit, Target target) {
    Instant expiry = permit.grantExpiry(request.now());
    Grant grant =
        Grant.until(id, request.source().address(), target, expiry)
            .withNeedsLease(permit.lifetime().lease());
    return permit.lifetime().idleLimit().map(grant::withIdleLimit).orElse(grant);
  }

  private static boolean isAffected(Decision decision, String role) {
    return decision.inputsUsed().contains(new Input.Role(role));
  }

  private static Enforcer open(InstantSource clock) {
    EnforcerProvider provider =
        ServiceLoader.load(EnforcerProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(candidate -> candidate.name().equals("memory"))
            .findFirst()
            .orElseThrow();
    EnforcerSettings settings =
        new EnforcerSettings(
            "my-gateway",
            List.of(InterfaceSettings.enforcing("eth0")),
            List.of(),
            100_000,
            clock,
            Map.of());
    Enforcer enforcer = provider.open(settings);
    return enforcer;
  }
}
