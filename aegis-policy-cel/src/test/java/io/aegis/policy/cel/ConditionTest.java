package io.aegis.policy.cel;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.policy.AccessRequest;
import io.aegis.policy.Condition;
import io.aegis.policy.ConditionLanguage;
import io.aegis.policy.ConditionResult;
import io.aegis.policy.Input;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What conditions mean. */
class ConditionTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "true",
        "principal.id == \"u-17\" && principal.name == 'alice'",
        "\"admin\" in principal.roles && !(\"guest\" in principal.roles)",
        "principal.groups.exists(g, g.startsWith(\"fin\"))",
        "principal.groups.all(g, g.size() > 3)",
        "size(principal.roles) == 2",
        "principal.roles[0] == 'admin' && principal.roles == ['admin', 'staff']",
        "principal.claims.department == \"it\"",
        "principal.claims[\"cost center\"] == \"42\"",
        "int(principal.claims[\"cost center\"]) > 40",
        "has(principal.claims.department) && !has(principal.claims.floor)",
        "\"department\" in principal.claims && !(\"floor\" in principal.claims)",
        "\"webauthn\" in auth.methods",
        "source.address == \"10.1.2.3\" && source.assurance == \"ip+link\"",
        "source.region in [\"de\", \"fr\"]",
        "source.interface == \"eth0\" && source.vlan == 12 && source.mac.startsWith(\"02:\")",
        "service.id == \"web\"",
        "device.id == \"laptop-3\"",
        "device.disk_encryption && !device.jailbroken",
        "device.patch_level >= 7 && device.patch_level < 8 && 6 < device.patch_level",
        "device.patch_level + 1 == 8 && device.patch_level * 2 > 13",
        "device[\"os-vendor\"] == \"acme\"",
        "device.addresses.exists(a, in_network(a, \"10.0.0.0/8\"))",
        "\"10.9.9.9\" in device.addresses",
        "has(device.kernel) ? device.jailbroken == false : false",
        "in_network(source.address, \"10.1.0.0/16\") && !in_network(source.address, \"2001:db8::/32\")",
        "version_at_least(device.os_version, \"14.5\") && version_at_most(device.os_version, \"14.5.1\")",
        "version_above(device.os_version, \"9\") && version_below(device.os_version, \"14.10\")",
        "version_equals(device.os_version, \"14.5.1.0\") && version_equals(\"1\", \"1.0\")",
        "version_at_least(device.kernel, \"5.15\") && version_below(device.kernel, \"6.2\")",
      })
  void condition_holds(String text) {
    assertThat(Requests.told(Requests.evaluate(text, Requests.full()))).isEqualTo("holds");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '~',
      value = {
        "source.region == 'de' | source.region is absent",
        "source.vlan > 3 | source.vlan is absent",
        "size(source.region) == 2 | source.region is absent",
        "device.os_version == '1' | device.os_version is absent",
        "device.id == '1' | device.id is absent",
        "device['os vendor'] == '1' | device[\"os vendor\"] is absent",
        "device.addresses.exists(a, a == '1') | device.addresses is absent",
        "principal.claims.floor == '3' | principal.claims.floor is absent",
        "fresh(device.os_version, '1h') | device.os_version is absent",
        "version_at_least(device.os_version, '1') | device.os_version is absent",
        "in_network(device.address, '10.0.0.0/8') | device.address is absent",
        "!device.jailbroken | device.jailbroken is absent",
        "device.jailbroken ? true : true | device.jailbroken is absent",
        "1 / 0 == 1 | a number is divided by zero at line 1, column 1",
        "principal.groups[2] == 'x' | a list is shorter than its index at line 1, column 1",
        "int(principal.id) == 1 | a value is of another type than is needed at line 1, column 1",
      })
  void what_is_absent_is_named(String text, String problem) {
    assertThat(Requests.told(Requests.evaluate(text, Requests.bare()))).isEqualTo(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '~',
      value = {
        "device.patch_level | device.patch_level is not true or false",
        "device.build > 3 | device.build is not a number",
        "device.build == 3 | device.build is not a number",
        "device.patch_level == '7' | device.patch_level is not a text",
        "device.patch_level != '7' | device.patch_level is not a text",
        "device.patch_level in ['7'] | device.patch_level is not a text",
        "device.build == true | device.build is not true or false",
        "'x' in device.build | device.build is not a list",
        "version_at_least(device.patch_level, '1') | device.patch_level is not a version",
        "version_at_least(device.kernel, '6.1') | device.kernel '6.1.0-91-generic' has a suffix, so"
            + " that nobody can tell whether it is before or after the version of these numbers",
        "version_at_least(device.build, '1') | device.build 'nightly' is no version (write up to 8"
            + " numbers, as in 14.5.1)",
        "in_network(device.build, '10.0.0.0/8') | device.build 'nightly' is no IP address",
        "in_network(device.patch_level, '10.0.0.0/8') | device.patch_level is not an address",
      })
  void what_does_not_fit_is_named(String text, String problem) {
    assertThat(Requests.told(Requests.evaluate(text, Requests.full()))).isEqualTo(problem);
  }

  @ParameterizedTest
  @CsvSource({
    "device.a || true, holds",
    "true || device.a, holds",
    "device.a && false, fails",
    "false && device.a, fails",
    "device.a && true, device.a is absent",
    "device.a || false, device.a is absent",
    "device.a && device.b, device.a is absent",
    "device.a || authenticated_within('2h'), holds",
    "device.a && authenticated_within('1m'), fails",
    "!(device.a && false), holds",
    "'[true, device.a].exists(x, x)', device.a is absent",
    "'[1, 2].exists(x, x == 2 || device.a)', holds",
    "'[1, 2].all(x, x == 2 && device.a)', fails",
  })
  void what_is_absent_does_not_matter_where_the_rest_decides(String text, String told) {
    assertThat(Requests.told(Requests.evaluate(text, Requests.bare()))).isEqualTo(told);
  }

  /** Observed at 15:59 and logged in at 15:00, or at another time; asked at 16:00. */
  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '~',
      value = {
        "fresh(device.build, '61s') | 15:59:00 | holds | 2026-03-06T16:00:01Z",
        "fresh(device.build, '60s') | 15:59:00 | fails | +1000000000-12-31T23:59:59.999999999Z",
        "fresh(device.build, '1h') | 16:00:00 | holds | 2026-03-06T17:00:00Z",
        "fresh(device.build, '1h') | 16:00:05 | fails | 2026-03-06T16:00:05Z",
        "!fresh(device.build, '1h') | 16:00:05 | holds | 2026-03-06T16:00:05Z",
        "authenticated_within('1h1s') | 15:00:00 | holds | 2026-03-06T16:00:01Z",
        "authenticated_within('1h') | 15:00:00 | fails | +1000000000-12-31T23:59:59.999999999Z",
        "authenticated_within('1h') | 16:00:05 | fails | 2026-03-06T16:00:05Z",
      })
  void age_counts_from_when_it_happened(String text, LocalTime time, String told, Instant until) {
    Instant happened = time.atDate(LocalDate.of(2026, 3, 6)).toInstant(ZoneOffset.UTC);
    var request =
        AccessRequest.of(
                Requests.alice(happened), Requests.known(), "web", Requests.NOW, Instant.MAX)
            .from(Requests.laptop(happened));
    ConditionResult result = Requests.evaluate(text, request);

    assertThat(Requests.told(result)).isEqualTo(told);
    assertThat(result.validUntil()).isEqualTo(until);
  }

  /** Whichever of two comes first to an end: decided by the one that lasts longer. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "within_hours('18:00-19:00', 'UTC') && authenticated_within('1m')",
        "authenticated_within('1m') && within_hours('18:00-19:00', 'UTC')",
      })
  void end_is_that_of_what_decides_longest_even_past_the_session(String text) {
    var request =
        AccessRequest.of(
            Requests.alice(Requests.NOW.minusSeconds(3_600)),
            Requests.known(),
            "web",
            Requests.NOW,
            Requests.NOW.plusSeconds(1));

    assertThat(Requests.evaluate(text, request).validUntil()).isEqualTo(Instant.MAX);
  }

  @Test
  void an_ipv4_mapped_address_is_the_ipv4_address() {
    String mapped = "in_network(\"::ffff:10.1.2.3\", \"10.0.0.0/8\")";

    assertThat(Requests.told(Requests.evaluate(mapped, Requests.bare()))).isEqualTo("holds");
  }

  @Test
  void the_service_loader_finds_the_language() {
    assertThat(ServiceLoader.load(ConditionLanguage.class))
        .singleElement()
        .isInstanceOf(CelConditions.class)
        .returns("cel", ConditionLanguage::name);
  }

  @Test
  void conditions_of_the_same_text_are_equal() {
    Condition one = Requests.compile("device.a");

    assertThat(one).isEqualTo(Requests.compile("device.a")).hasSameHashCodeAs("device.a");
    assertThat(one).isNotEqualTo(Requests.compile("device.b"));
    assertThat(one.language()).isEqualTo("cel");
    assertThat(one.text()).isEqualTo("device.a");
  }

  @Test
  void inputs_are_what_the_text_names() {
    String text =
        "device.a && device['b c'] == 1 && principal.claims.d == '' && has(device.id)"
            + " && 'pwd' in auth.methods && source.vlan == 3 && principal.id == service.id";

    assertThat(Requests.evaluate(text, Requests.bare()).inputs())
        .containsExactlyInAnyOrder(
            new Input.DeviceFact("a"),
            new Input.DeviceFact("b c"),
            new Input.Claim("d"),
            new Input.DeviceId(),
            new Input.Authenticated(),
            new Input.SourceDetails());
    assertThat(Requests.evaluate("authenticated_within('1h')", Requests.bare()).inputs())
        .containsExactly(new Input.Authenticated());
  }

  @Test
  void a_result_without_time_is_good_for_ever_and_made_once() {
    Condition condition = Requests.compile("device.disk_encryption");

    assertThat(condition.evaluate(Requests.full()).validUntil()).isEqualTo(Instant.MAX);
    assertThat(condition.evaluate(Requests.full())).isSameAs(condition.evaluate(Requests.full()));
  }
}
