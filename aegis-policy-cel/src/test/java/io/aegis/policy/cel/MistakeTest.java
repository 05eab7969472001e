package io.aegis.policy.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.aegis.policy.InvalidConditionException;
import io.aegis.policy.InvalidConditionException.Mistake;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of conditions that are none. */
class MistakeTest {

  private static InvalidConditionException refusal(String text) {
    return catchThrowableOfType(InvalidConditionException.class, () -> Requests.compile(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '~',
      value = {
        // names
        "auht.methods == 1 | 1:1 there is no 'auht' (there are principal, auth, source, device,"
            + " service); did you mean 'auth'?",
        "true && auth.metods | 1:9 there is no 'auth.metods' (there are methods); did you mean"
            + " 'methods'?",
        "has(source.regoin) | 1:4 there is no 'source.regoin' (there are address, assurance,"
            + " region, interface, vlan, mac); did you mean 'region'?",
        "auth | 1:1 auth is no value by itself (name what you want of it: auth.methods)",
        "device == 3 | 1:1 device is no value by itself (name what you want of it:"
            + " device.os_version)",
        "principal.claims == 1 | 1:1 name the claim, as in principal.claims.department",
        "device[source.region] == 1 | 1:1 name the key in quotation marks, as in"
            + " device[\"os_version\"]",
        "source.region in device | 1:1 name the key in quotation marks, as in"
            + " device[\"os_version\"]",
        // functions
        "version_atleast(device.a, '1') | 1:1 there is no version_atleast() in conditions; did you"
            + " mean 'version_at_least'?",
        "device.a.matches('x*') | 1:1 there is no matches() in conditions (use startsWith,"
            + " endsWith, contains or in)",
        "now > 3 | 1:1 there is no 'now' (time is reached through within_hours, fresh and"
            + " authenticated_within alone)",
        "timestamp('2026-01-01T00:00:00Z') == device.a | 1:1 there is no timestamp() in conditions"
            + " (time is reached through within_hours, fresh and authenticated_within alone)",
        "device.a.getHours() > 8 | 1:1 there is no getHours() in conditions (time is reached"
            + " through within_hours, fresh and authenticated_within alone)",
        "principal.id + 'x' == 'ax' | 1:1 texts and lists cannot be joined; + is for numbers",
        "{'a': 1} == {'a': 1} | 1:1 there are no maps and no objects in conditions",
        // types
        "source.address == 5 | 1:16 == cannot be used with (string, int)",
        "device.a ? 'yes' : 'no' | 1:10 this is string, and bool is needed here",
        "principal.id | 1:10 this is string, and bool is needed here",
        "version_at_least(5, '14') | 1:17 version_at_least cannot be used with (int, string)",
        "principal.id.foo | 1:13 a value of type string has no parts to name behind a period",
        // what would equal nothing, or order what has no order
        "device.os_version >= '14.5' | 1:1 only numbers have an order (versions:"
            + " version_at_least and its like)",
        "source.assurance >= 'mtls' | 1:1 only numbers have an order (versions: version_at_least"
            + " and its like)",
        "device.a < device.b | 1:1 only numbers have an order (versions: version_at_least and its"
            + " like)",
        "source.mac == '02:00:00:AA:00:01' | 1:15 '02:00:00:AA:00:01' would equal nothing (write"
            + " '02:00:00:aa:00:01')",
        "'2001:DB8::7' != source.address | 1:1 '2001:DB8::7' would equal nothing (write"
            + " '2001:db8::7')",
        "source.address in ['10.1.2.3', '::ffff:10.1.2.3'] | 1:32 '::ffff:10.1.2.3' would equal"
            + " nothing (write '10.1.2.3')",
        "source.assurance != 'IP' | 1:21 'IP' would equal nothing: not an assurance: 'IP' (one of"
            + " ip, ip+link, wireguard, mtls)",
        "device.risk >= 7.0 | 1:16 numbers are whole (write 7, not 7.0; a version stands"
            + " in quotation marks)",
        "device.risk == 7u | 1:16 numbers have no letters (write 7, not 7u)",
        "device.risk == null | 1:16 nothing is null (write !has(device.x) for what is absent)",
        "double(device.risk) > 7 | 1:1 there is no double() in conditions (numbers are whole: int)",
        "device.a.contains(device.b) | 1:19 contains() takes a text that stands here, of at most"
            + " 100 characters",
        "source.assurance == 'x\\ny' | 1:21 'x y' would equal nothing: not an assurance: 'x y' (one of"
            + " ip, ip+link, wireguard, mtls)",
        // what other languages write
        "device.a and device.b | 1:10 'and' is not expected here (write &&)",
        "device.a = true | 1:10 '=' cannot be read (write == to compare)",
        "auth.methods == 'otp' | 1:14 a list is no text (write \"x\" in auth.methods for one of it)",
        "user.name == 'x' | 1:1 there is no 'user' (there are principal, auth, source, device,"
            + " service); did you mean 'principal'?",
        // grammar
        "device.a && | 1:12 the condition ends too soon (something is missing here)",
        "device.a == 'x | 1:13 ''x' cannot be read (texts stand in quotation marks)",
        "device.a b | 1:10 'b' is not expected here",
        "if | 1:1 'if' is a word that CEL keeps for itself",
        "has(device) | 1:4 has() takes a name behind a period, as in has(device.os_version)",
      })
  void mistake_is_told_with_its_place(String text, String told) {
    Mistake first = refusal(text).mistakes().getFirst();

    assertThat(first.line() + ":" + first.column() + " " + first.text()).isEqualTo(told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '~',
      value = {
        "within_hours('Mon-Fri 8:00-18:00', 'UTC') | 1:14 'Mon-Fri 8:00-18:00' is not hours of a"
            + " week (write days and hours, as in Mon-Fri 08:00-18:00; Sat,Sun 10:00-14:00)",
        "within_hours('08:00-18:00; Mun 09:00-10:00', 'UTC') | 1:14 '08:00-18:00; Mun 09:00-10:00'"
            + " is not hours of a week, because of 'Mun 09:00-10:00' (write days and hours, as in"
            + " Mon-Fri 08:00-18:00; Sat,Sun 10:00-14:00)",
        "within_hours('08:00-24:30', 'UTC') | 1:14 '08:00-24:30' has no time of day in '24:30'"
            + " (write 00:00 to 23:59, or 24:00 as an end)",
        "within_hours('23:59:60-24:00', 'UTC') | 1:14 '23:59:60-24:00' is not hours of a week"
            + " (write days and hours, as in Mon-Fri 08:00-18:00; Sat,Sun 10:00-14:00)",
        "within_hours('08:00-08:00', 'UTC') | 1:14 '08:00-08:00' has a window that ends when it"
            + " begins (write 00:00-24:00 for whole days)",
        "within_hours('08:00-09:00', 'Europe/Brlin') | 1:29 'Europe/Brlin' is no time zone (write"
            + " one as in Europe/Berlin, or UTC); did you mean 'Europe/Berlin'?",
        "within_hours('08:00-09:00') | 1:1 write it as in within_hours(\"Mon-Fri 08:00-18:00\","
            + " \"Europe/Berlin\")",
        "within_hours(device.hours, 'UTC') | 1:14 the hours has to stand here in quotation marks",
        "true == within_hours('08:00-09:00', 'UTC') | 1:9 within_hours() stands by itself or below"
            + " &&, ||, ! and ?:, and nowhere else (write !within_hours(…) for its opposite)",
        "[1].exists(x, authenticated_within('1h')) | 1:15 authenticated_within() stands by itself"
            + " or below &&, ||, ! and ?:, and nowhere else (write !authenticated_within(…) for"
            + " its opposite)",
        "fresh(device.a, '24x') | 1:17 '24x' is no duration (write days, hours, minutes and"
            + " seconds, as in 7d, 1h30m or 90s)",
        "authenticated_within('0s') | 1:22 '0s' is out of range (write more than 0s and at most"
            + " 3650d)",
        "authenticated_within(duration('1h')) | 1:22 the duration has to stand here in quotation"
            + " marks",
        "fresh(source.region, '1h') | 1:7 only facts of the device have an age:"
            + " fresh(device.os_version, \"24h\")",
        "in_network(source.address, '10.0.0.1/8') | 1:28 '10.0.0.1/8' is no network: 10.0.0.1/8 has"
            + " bits beyond its length (write the first address)",
        "in_network('10.0.0', '10.0.0.0/8') | 1:12 '10.0.0' is no IP address (write 10.1.2.3 or"
            + " 2001:db8::7)",
        "version_at_least(device.a, '14.5-rc1') | 1:28 '14.5-rc1' has more than numbers (write the"
            + " numbers alone, as in 14.5.1)",
        "version_below(device.a, 'fourteen') | 1:25 'fourteen' is no version (write up to 8"
            + " numbers, as in 14.5.1)",
      })
  void text_of_a_helper_is_read_when_it_is_loaded(String text, String told) {
    Mistake first = refusal(text).mistakes().getFirst();

    assertThat(first.line() + ":" + first.column() + " " + first.text()).isEqualTo(told);
  }

  @Test
  void all_mistakes_are_told_in_the_order_of_places() {
    String text = "fresh(device.a, '1x')\n  && auth.metods\n  || \u00e4== 3 == now";

    assertThat(
            refusal("fresh(device.a, '1x')\n  && auth.metods || '\ud83d\ude00' == now").mistakes())
        .extracting(mistake -> mistake.line() + ":" + mistake.column())
        .containsExactly("1:17", "2:6", "2:29");
    assertThat(refusal(text).mistakes().getFirst().line()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "principal.groups.all(g, principal.groups.all(h, g == h))",
        "principal.groups.map(g, principal.roles.filter(r, r == g).size()).size() > 3",
      })
  void loops_in_loops_are_too_much_work(String text) {
    assertThat(refusal(text).mistakes().getFirst().text()).contains("steps", "use fewer loops");
  }

  @Test
  void size_and_depth_are_bounded() {
    String deep = "(".repeat(200) + "true" + ")".repeat(200);
    String wide = String.join(" || ", Collections.nCopies(2_000, "true"));

    assertThat(refusal(wide))
        .hasMessage("line 1, column 1: the condition has more than 4096 characters");
    assertThat(refusal(deep)).hasMessageContaining("nested too deeply");
    assertThat(refusal(" \n ")).hasMessageContaining("the condition is empty");
  }
}
