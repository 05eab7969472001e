package io.aegis.policy;

import static io.aegis.policy.Samples.ALICE;
import static io.aegis.policy.Samples.IPV4_TARGET;
import static io.aegis.policy.Samples.LIFETIME;
import static io.aegis.policy.Samples.NOW;
import static io.aegis.policy.Samples.WEB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the records of a policy refuse, and with which words. */
final class PolicyTest {

  @Test
  void policy_withMistakes_isRefusedWithAllOfThem() {
    var rule = Rule.permitRole("user", "gone");

    assertThatThrownBy(() ->
            new Policy(
                7,
                List.of(WEB, WEB),
                List.of(rule, rule, Rule.forbid("f", Who.user("alice"), What.service("lost")))))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessage(
            """
            policy version 7 is refused:
            two services have the id 'web'
            rule 'permit:role:user:service:gone' names service 'gone', which does not exist
            two rules have the id 'permit:role:user:service:gone'
            rule 'permit:role:user:service:gone' names service 'gone', which does not exist
            rule 'f' names service 'lost', which does not exist\
            """);
  }

  @Test
  void invalidPolicyException_afterSerialization_keepsItsMistakes() throws Exception {
    var exception = new InvalidPolicyException(1, List.of("one", "two"));
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(exception);
    }
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(((InvalidPolicyException) in.readObject()).mistakes())
          .containsExactly("one", "two");
    }
  }

  @Test
  void policy_tagWithoutService_isNoMistake() {
    var rule = Rule.permit("t", Who.role("user"), What.tag("later"));

    assertThat(new Policy(0, List.of(), List.of(rule)).rules()).containsExactly(rule);
  }

  @Test
  void policy_negativeVersion_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Policy(-1, List.of(), List.of()))
        .withMessage("a policy version is not negative: -1");
  }

  @Test
  void policy_keepsNoHandOnWhatItWasGiven() {
    var services = new ArrayList<>(List.of(WEB));
    var rules = new ArrayList<Rule>();
    var policy = new Policy(1, services, rules);

    services.clear();
    rules.add(Rule.permitRole("user", "web"));

    assertThat(policy.services()).containsExactly(WEB);
    assertThat(policy.rules()).isEmpty();
  }

  @Test
  void principal_keepsNoHandOnItsRoles() {
    var roles = new HashSet<>(Set.of("user"));
    Principal principal = Principal.of("alice", roles, Authentication.password(NOW));

    roles.add("root");

    assertThat(principal.roles()).containsExactly("user");
  }

  @Test
  void names_blankLongOrWithControlCharacters_areRefused() {
    for (String bad : List.of("", "  ", "a\nb", "a\u0000", "a\u2028b", "x".repeat(256))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Principal.of(bad, Set.of(), ALICE.authentication()))
          .withMessageContaining("a user id has 1 to 255 characters, no control characters: '");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Principal.of("a", Set.of(bad), ALICE.authentication()))
          .withMessageContaining("a role has");
      assertThatIllegalArgumentException().isThrownBy(() -> Who.group(bad));
      assertThatIllegalArgumentException().isThrownBy(() -> What.tag(bad));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Who.user("a\nb"))
        .withMessageEndingWith(": 'a?b'");
    assertThat(Who.user("x".repeat(255))).isNotNull();
  }

  @Test
  void ruleId_madeFromNames_isDifferentForDifferentNames() {
    assertThat(Rule.permitRole("a:service:b", "c").id())
        .isNotEqualTo(Rule.permitRole("a", "b:service:c").id());
    assertThat(Rule.permitRole("a%3Ab", "c").id()).isNotEqualTo(Rule.permitRole("a:b", "c").id());
    assertThat(Rule.permitRole("a", "b").id()).isNotEqualTo(Rule.permitUser("a", "b").id());
    assertThat(Rule.permitRole("a", "b")).isEqualTo(Rule.permitRole("a", "b"));
  }

  @Test
  void ruleId_madeFromTheLongestNames_isARuleId() {
    assertThat(Rule.permitUser(":".repeat(255), "%".repeat(255)).id()).hasSizeLessThan(2_000);
  }

  @Test
  void service_targetListedTwice_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Service.of("web", LIFETIME, IPV4_TARGET, IPV4_TARGET))
        .withMessage("service 'web' lists tcp 10.77.2.7/32 port 443 twice");
  }

  @Test
  void lifetime_outOfRange_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Lifetime.ofHard(Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> Lifetime.ofHard(Duration.ofDays(366)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Lifetime(Duration.ofHours(1), Duration.ofMillis(1_999), false))
        .withMessage("an idle limit is at least 2 s: PT1.999S");
  }

  @Test
  void authentication_withoutMethod_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Authentication(Set.of(), NOW));
  }

  @Test
  void decision_withoutReason_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Decision.Deny(NOW, List.of(), Set.of(new Input.Session())));
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new Decision.Permit(
                NOW, List.of(), Set.of(), Set.of(new Input.Session()), LIFETIME, List.of()));
  }

  @Test
  void assurance_textForm_isReadBack() {
    for (Assurance assurance : Assurance.values()) {
      assertThat(Assurance.parse(assurance.toString())).isEqualTo(assurance);
    }
    assertThat(Assurance.IP_LINK).hasToString("ip+link");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Assurance.parse("IP"))
        .withMessage("not an assurance: 'IP' (one of ip, ip+link, wireguard, mtls)");
  }
}
