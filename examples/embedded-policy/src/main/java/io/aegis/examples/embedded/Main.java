package io.aegis.examples.embedded;

import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.EnforcerProvider;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.InMemoryEnforcer;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.policy.Assurance;
import io.aegis.policy.Authentication;
import io.aegis.policy.Decision;
import io.aegis.policy.Lifetime;
import io.aegis.policy.Policy;
import io.aegis.policy.Principal;
import io.aegis.policy.Rule;
import io.aegis.policy.Service;
import io.aegis.policy.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;

/** Tells how a service opens and closes, with packets made by hand. */
public final class Main {

  private static final String OUTSIDE = "eth0";
  private static final IpAddress LAPTOP = IpAddress.parse("10.77.1.2");
  private static final IpAddress SERVER = IpAddress.parse("10.77.2.7");

  private static final Lifetime QUARTER_OF_AN_HOUR = Lifetime.ofHard(Duration.ofMinutes(15));
  private static final List<Service> SERVICES =
      List.of(
          Service.of("web", QUARTER_OF_AN_HOUR, Target.of(SERVER, Protocol.TCP, 443)),
          Service.of("payroll", QUARTER_OF_AN_HOUR, Target.of(SERVER, Protocol.TCP, 5432)));

  private final StoryClock clock = new StoryClock(Instant.parse("2030-01-01T09:00:00Z"));
  private final Instant endOfSession = clock.instant().plus(Duration.ofHours(8));
  private final Principal alice =
      Principal.of("alice", Set.of("user"), Authentication.password(clock.instant()));

  private int lastStep;

  private Main() {}

  /**
   * Runs the story.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    new Main().tell();
  }

  private void tell() {
    try (InMemoryEnforcer enforcer = openEnforcer()) {
      var policy = new Policy(1, SERVICES, List.of(Rule.permitRole("user", "web")));
      var gateway = new Gateway(policy, enforcer, clock);

      step("A packet to web, before anybody asked");
      arrive(enforcer, 443);

      step("alice opens web");
      open(gateway, "web");
      arrive(enforcer, 443);

      step("The same packet to another port of the same server");
      arrive(enforcer, 5432);

      step("alice opens payroll");
      open(gateway, "payroll");
      arrive(enforcer, 5432);

      step("Role user loses web; the session of alice goes on");
      int closed = gateway.policyChanged(new Policy(2, SERVICES, List.of()));
      say("closed", closed + " grant");
      arrive(enforcer, 443);

      step("Role user gets web back, and alice opens it");
      gateway.policyChanged(policy);
      open(gateway, "web");
      arrive(enforcer, 443);

      step("A quarter of an hour later, with nobody doing anything");
      clock.advance(Duration.ofMinutes(15));
      arrive(enforcer, 443);
    }
  }

  // Picked by name: with aegis-enforcer-xdp on the module path and "xdp" here, the same program
  // guards a real interface, and packets come from there.
  private InMemoryEnforcer openEnforcer() {
    EnforcerProvider provider =
        ServiceLoader.load(EnforcerProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(candidate -> candidate.name().equals("memory"))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no enforcer is named memory"));
    var settings =
        new EnforcerSettings(
            "example",
            List.of(InterfaceSettings.enforcing(OUTSIDE)),
            List.of(),
            1_000,
            clock,
            Map.of());
    return (InMemoryEnforcer) provider.open(settings);
  }

  private void open(Gateway gateway, String service) {
    var source = new Source(LAPTOP, Assurance.IP);
    Decision decision = gateway.open(alice, source, service, endOfSession);
    switch (decision) {
      case Decision.Permit permit ->
          say("permit", permit.text(), "until " + permit.grantExpiry(clock.instant()));
      case Decision.Deny deny -> say("deny", deny.text());
    }
  }

  private void arrive(InMemoryEnforcer enforcer, int port) {
    Verdict verdict = enforcer.process(OUTSIDE, TcpSyn.frame(LAPTOP, SERVER, port));
    say(
        verdict.admitted() ? "admitted" : "dropped",
        LAPTOP + " to " + SERVER + " port " + port + ": " + verdict.reason());
  }

  private void step(String title) {
    System.out.println(++lastStep + ". " + title);
  }

  private void say(String what, String... details) {
    for (String detail : details) {
      System.out.printf("   %-9s %s%n", what, detail);
      what = "";
    }
  }
}
