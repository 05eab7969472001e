package io.aegis.examples.nftables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Reason;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.Activity;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.enforcer.tck.FrameBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is nftables' own, and so not in the contract. */
@Tag("kernel")
final class NftablesEnforcerIT {
  private static final IpAddress CLIENT = IpAddress.parse("10.77.1.5");
  private static final IpAddress SERVICE = IpAddress.parse("10.77.2.7");

  private final NftablesFixture fixture = new NftablesFixture();
  private final Lab lab = Lab.get();
  private final String table = Ruleset.table(fixture.settings().instance());

  @AfterEach
  void close() {
    fixture.close();
  }

  private static Grant web(long id) {
    Target web = Target.of(SERVICE, Protocol.TCP, 443);
    return Grant.until(new GrantId(id), CLIENT, web, Instant.now().plusSeconds(3_600));
  }

  private static FrameBuilder request() {
    return FrameBuilder.ethernet().ip(CLIENT, SERVICE).tcp(40_000, 443);
  }

  @Test
  void tableThatSomebodyDeletes_turnsHealthRed_andEveryChangeFails() {
    Enforcer enforcer = fixture.open(fixture.settings());
    assertThat(enforcer.apply(GrantUpdate.adding(web(1))).failures()).isEmpty();
    lab.run("/usr/sbin/nft", "flush", "ruleset");
    assertThat(enforcer.health().problems())
        .hasSize(2)
        .first()
        .asString()
        .contains(Lab.FIRST, "not filtered");
    assertThatThrownBy(() -> enforcer.apply(GrantUpdate.removing(new GrantId(1))))
        .isInstanceOf(EnforcerException.class);
  }

  @Test
  void grantThatSomebodyElsePutThere_isRemovedByTheNextReplace() {
    Enforcer enforcer = fixture.open(fixture.settings());
    assertThat(enforcer.apply(GrantUpdate.adding(web(1))).failures()).isEmpty();
    String set = table + " v4_grants";
    String element =
        "0x0a4d0109 . 0x0a4d0207 . 6 . 443 timeout 1h comment \"7 zzzzzz.0 zzzzzz.0 - -\"";
    lab.nft().change("meddling", "add element " + set + " { " + element + " }\n");
    byte[] theirs =
        FrameBuilder.ethernet().ip(IpAddress.parse("10.77.1.9"), SERVICE).tcp(1, 443).bytes();
    assertThat(lab.arrive(Lab.FIRST, theirs)).isTrue();
    assertThat(enforcer.grants()).hasSize(2);
    assertThat(enforcer.replace(List.of(web(1))).failures()).isEmpty();
    assertThat(enforcer.grants()).hasSize(1);
    assertThat(lab.arrive(Lab.FIRST, theirs)).isFalse();
  }

  @Test
  void itemThatNftRefuses_holdsUpNoOther() {
    Enforcer enforcer = fixture.open(fixture.settings());
    assertThat(enforcer.apply(GrantUpdate.adding(web(1))).failures()).isEmpty();
    // Without one of its sets, no grant for UDP over IPv6 can be put into force.
    lab.nft()
        .change(
            "meddling",
            "flush chain %1$s v6_udp_hit\nflush chain %1$s second_v6_udp_hit\n".formatted(table)
                + "delete set %s udp6_seen\n".formatted(table));
    IpAddress client = IpAddress.parse("fd77:1::5");
    Target target = Target.of(IpAddress.parse("fd77:2::7"), Protocol.UDP, 53);
    Instant end = Instant.now().plusSeconds(60);
    Grant refused = Grant.until(new GrantId(2), client, target, end);
    Target other = Target.of(SERVICE, Protocol.TCP, 444);
    Grant taken = Grant.until(new GrantId(3), CLIENT, other, end);
    var update = new GrantUpdate(List.of(new GrantId(1)), List.of(refused, taken), List.of());
    var result = enforcer.apply(update);
    assertThat(result.failures()).hasSize(1);
    assertThat(result.failures().getFirst().grantId()).isEqualTo(refused.id());
    assertThat(result.failures().getFirst().kind()).isEqualTo(Kind.INTERNAL);
    assertThat(lab.arrive(Lab.FIRST, request().bytes())).as("removed all the same").isFalse();
    byte[] another = FrameBuilder.ethernet().ip(CLIENT, SERVICE).tcp(40_000, 444).bytes();
    assertThat(lab.arrive(Lab.FIRST, another)).isTrue();
  }

  @Test
  void idleLimitAndLease_areKeptWithoutTheProcess() {
    Enforcer enforcer = fixture.open(fixture.settings());
    Grant idle = web(1).withIdleLimit(Duration.ofSeconds(2));
    Target other = Target.of(SERVICE, Protocol.TCP, 444);
    Grant leased =
        Grant.until(new GrantId(2), CLIENT, other, Instant.now().plusSeconds(3_600))
            .withNeedsLease(true);
    assertThat(enforcer.apply(GrantUpdate.adding(idle, leased)).failures()).isEmpty();
    enforcer.lease(Duration.ofMillis(2_500));
    enforcer.close();
    byte[] second = FrameBuilder.ethernet().ip(CLIENT, SERVICE).tcp(40_000, 444).bytes();
    fixture.passTime(Duration.ofMillis(1_200));
    assertThat(lab.arrive(Lab.FIRST, request().bytes())).as("renews").isTrue();
    assertThat(lab.arrive(Lab.FIRST, second)).isTrue();
    fixture.passTime(Duration.ofMillis(1_400));
    assertThat(lab.arrive(Lab.FIRST, request().bytes())).as("1.4 s after traffic").isTrue();
    assertThat(lab.arrive(Lab.FIRST, second)).as("the lease has run out").isFalse();
    fixture.passTime(Duration.ofMillis(2_100));
    assertThat(lab.arrive(Lab.FIRST, request().bytes())).as("idle for 2.1 s").isFalse();
  }

  @Test
  void interfaceThatALaterOpenNamesNoMore_isUnfilteredFromThenOn() {
    Enforcer enforcer = fixture.open(fixture.settings());
    enforcer.close();
    EnforcerSettings base = fixture.settings();
    var one =
        new EnforcerSettings(
            base.instance(),
            List.of(InterfaceSettings.enforcing(Lab.FIRST)),
            List.of(),
            64,
            base.clock(),
            Map.of());
    Enforcer smaller = fixture.open(one);
    assertThat(lab.arrive(Lab.FIRST, request().bytes())).isFalse();
    assertThat(lab.arrive(Lab.SECOND, request().bytes())).isTrue();
    assertThat(smaller.health().isGreen()).isTrue();
  }

  @Test
  void taggedFrames_areCountedWithTheirTag_butAGrantMissesFourBytes() {
    Enforcer enforcer = fixture.open(fixture.settings());
    assertThat(enforcer.apply(GrantUpdate.adding(web(1))).failures()).isEmpty();
    byte[] tagged =
        FrameBuilder.ethernet().vlan(0x8100, 7).ip(CLIENT, SERVICE).tcp(40_000, 443).bytes();
    assertThat(lab.arrive(Lab.FIRST, tagged)).isTrue();
    assertThat(enforcer.counters().counts())
        .singleElement()
        .satisfies(count -> assertThat(count.bytes()).isEqualTo(tagged.length))
        .satisfies(count -> assertThat(count.reason()).isEqualTo(Reason.GRANT));
    Activity seen = enforcer.activity().getOrDefault(new GrantId(1), Activity.NONE);
    assertThat(seen.bytes()).as("as README.md says").isEqualTo(tagged.length - 4);
  }

  @Test
  void whatLeavesThroughTheInterface_isNoMatterOfThisEnforcer() {
    fixture.open(fixture.settings());
    assertThat(lab.arrive(Lab.FIRST, request().bytes())).isFalse();
    assertThat(lab.run("ip", "link", "show", "dev", Lab.FIRST)).contains("UP");
  }

  @Test
  void manyInterfaces_andManyRules_stillLoad() {
    var interfaces = new ArrayList<InterfaceSettings>();
    for (int n = 0; n < 16; n++) {
      lab.run("ip", "link", "add", "extra" + n, "type", "bridge");
      interfaces.add(InterfaceSettings.enforcing("extra" + n));
    }
    EnforcerSettings base = fixture.settings();
    var many =
        new EnforcerSettings(
            base.instance(), interfaces, List.of(), 64, InstantSource.system(), Map.of());
    try {
      assertThat(fixture.open(many).health().isGreen()).isTrue();
    } finally {
      interfaces.forEach(each -> lab.run("ip", "link", "delete", each.name()));
    }
  }

  @Test
  void withoutTheRight_openSaysWhichOneIsMissing() {
    var unprivileged = new ArrayList<>(lab.nft().command());
    unprivileged.addAll(2, List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--"));
    var provider = new NftablesEnforcerProvider(new Nft(unprivileged), NftablesFixture.LOCKS);
    assertThatThrownBy(() -> provider.open(fixture.settings()))
        .isInstanceOfSatisfying(
            EnforcerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_PERMITTED))
        .hasMessageContaining("CAP_NET_ADMIN");
  }
}
