package io.aegis.policy.cel;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.IpAddress;
import io.aegis.policy.AccessRequest;
import io.aegis.policy.Assurance;
import io.aegis.policy.Authentication;
import io.aegis.policy.Decision;
import io.aegis.policy.Device;
import io.aegis.policy.Fact;
import io.aegis.policy.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a security engineer would ask of the policy of {@link Company}, by hand. Columns: the
 * question; who, for what, from where, when, and what else is known; the answer and until when,
 * where {@code session} is its end after twelve hours and nothing means for ever; and what is said
 * or, after {@code !}, is not.
 */
final class SecurityQuestionsTest {

  private static final Duration SESSION = Duration.ofHours(12);

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          # accounts, groups of groups, sessions
          group of a group                  | alice   | wiki    | 10.1.2.3 | 2026-03-03T09:00:00Z | | permit session | rule 'p-wiki' permits group 'staff'
          group                             | bob     | wiki    | 10.1.2.3 | 2026-03-03T09:00:00Z | | permit session |
          group of a group of a group       | mallory | wiki    | 10.1.2.3 | 2026-03-03T09:00:00Z | | permit session |
          another tree of groups            | carol   | wiki    | 10.1.2.3 | 2026-03-03T09:00:00Z | | deny | carol (roles: employee; groups: contractors, externals) has no permit
          a role named as the group         | stan    | wiki    | 10.1.2.3 | 2026-03-03T09:00:00Z | | deny | has no permit
          nobody the policy knows           | eve     | wiki    | 10.1.2.3 | 2026-03-03T09:00:00Z | | deny | eve (no roles) has no permit
          the same name in capitals         | Alice   | wiki    | 10.1.2.3 | 2026-03-03T09:00:00Z | | deny | has no permit
          a disabled account                | dave    | wiki    | 10.1.2.3 | 2026-03-03T09:00:00Z | | deny | the account of dave is disabled
          disabled and over                 | dave    | wiki    | 10.1.2.3 | 2026-03-03T09:00:00Z | session=-1s | deny | is disabled; the session of dave ended
          a session that is over            | alice   | wiki    | 10.1.2.3 | 2026-03-03T09:00:00Z | session=-1s | deny | the session of alice ended at 2026-03-03T08:59:59Z
          a session that ends now           | alice   | wiki    | 10.1.2.3 | 2026-03-03T09:00:00Z | session=0s | deny | the session of alice ended
          a session with a second left      | alice   | wiki    | 10.1.2.3 | 2026-03-03T09:00:00Z | session=1s | permit 2026-03-03T09:00:01Z |
          a service there is not            | alice   | wikki   | 10.1.2.3 | 2026-03-03T09:00:00Z | | deny | there is no service 'wikki'
          a tag is no service               | alice   | finance | 10.1.2.3 | 2026-03-03T09:00:00Z | | deny | there is no service 'finance'
          no permit tells nothing more      | eve     | door    | 10.1.2.3 | 2026-03-03T09:00:00Z | | deny | !assurance
          # forbids
          forbid over permit, by a tag      | grace   | payroll | 10.1.2.3 | 2026-03-03T09:00:00Z | | deny | rule 'f-externals' forbids group 'externals'
          forbid over permit, plain         | grace   | hr      | fd77::5  | 2026-03-03T09:00:00Z | | deny | f-externals
          the forbid is about others        | grace   | wiki    | 10.1.2.3 | 2026-03-03T09:00:00Z | | permit session |
          forbid one user of a role         | alice   | board   | 10.1.2.3 | 2026-03-03T09:00:00Z | clearance=2 | deny | f-board
          # windows
          the window opens                  | alice   | payroll | 10.1.2.3 | 2026-03-03T08:00:00+01:00 | | permit 2026-03-03T18:00:00+01:00 | on a condition
          an instant before                 | alice   | payroll | 10.1.2.3 | 2026-03-03T07:59:59.999999999+01:00 | | deny 2026-03-03T08:00:00+01:00 | does not hold
          a second before it closes         | alice   | payroll | 10.1.2.3 | 2026-03-03T17:59:59+01:00 | | permit 2026-03-03T18:00:00+01:00 |
          the window closes                 | alice   | payroll | 10.1.2.3 | 2026-03-03T18:00:00+01:00 | | deny 2026-03-04T08:00:00+01:00 |
          Friday evening                    | alice   | payroll | 10.1.2.3 | 2026-03-06T18:00:00+01:00 | | deny 2026-03-09T08:00:00+01:00 |
          Saturday noon                     | alice   | payroll | 10.1.2.3 | 2026-03-07T12:00:00+01:00 | | deny 2026-03-09T08:00:00+01:00 |
          the weekend loses an hour         | alice   | payroll | 10.1.2.3 | 2026-03-27T18:00:00+01:00 | | deny 2026-03-30T08:00:00+02:00 |
          summer time, too early            | alice   | payroll | 10.1.2.3 | 2026-03-30T07:59:59+02:00 | | deny 2026-03-30T08:00:00+02:00 |
          summer time, open                 | alice   | payroll | 10.1.2.3 | 2026-03-30T08:00:00+02:00 | | permit 2026-03-30T18:00:00+02:00 |
          a session shorter than the window | alice   | payroll | 10.1.2.3 | 2026-03-03T09:00:00+01:00 | session=1h | permit 2026-03-03T10:00:00+01:00 |
          past midnight                     | mallory | vault   | 10.1.2.3 | 2026-03-03T23:00:00+01:00 | | permit 2026-03-04T06:00:00+01:00 |
          after midnight                    | mallory | vault   | 10.1.2.3 | 2026-03-04T00:00:00+01:00 | | permit 2026-03-04T06:00:00+01:00 |
          in the morning                    | mallory | vault   | 10.1.2.3 | 2026-03-04T06:00:00+01:00 | | deny 2026-03-04T22:00:00+01:00 |
          the night without two o'clock     | mallory | vault   | 10.1.2.3 | 2026-03-28T23:00:00+01:00 | | permit 2026-03-29T06:00:00+02:00 |
          before the gap                    | mallory | vault   | 10.1.2.3 | 2026-03-29T01:59:59+01:00 | | permit 2026-03-29T06:00:00+02:00 |
          behind the gap                    | mallory | vault   | 10.1.2.3 | 2026-03-29T03:00:00+02:00 | | permit 2026-03-29T06:00:00+02:00 |
          the night with two o'clock twice  | mallory | vault   | 10.1.2.3 | 2026-10-24T23:00:00+02:00 | | permit 2026-10-25T06:00:00+01:00 |
          half past two, the first          | mallory | vault   | 10.1.2.3 | 2026-10-25T02:30:00+02:00 | | permit 2026-10-25T06:00:00+01:00 |
          half past two, the second         | mallory | vault   | 10.1.2.3 | 2026-10-25T02:30:00+01:00 | | permit 2026-10-25T06:00:00+01:00 |
          a leap second handed in           | mallory | vault   | 10.1.2.3 | 2016-12-31T23:59:60Z | | permit 2017-01-01T05:00:00Z |
          over the end of a month           | alice   | report  | 10.1.2.3 | 2027-01-31T23:30:00Z | | permit 2027-02-01T02:00:00Z |
          over the end of February          | alice   | report  | 10.1.2.3 | 2027-02-28T23:59:59Z | | permit 2027-03-01T02:00:00Z |
          over the leap day                 | alice   | report  | 10.1.2.3 | 2032-02-29T22:00:00Z | | permit 2032-03-01T02:00:00Z |
          # how and when they logged in
          a password alone                  | bob     | prod    | 10.1.2.3 | 2026-03-03T09:00:00Z | disk=true | deny | p-prod
          a key, an hour ago                | bob     | prod    | 10.1.2.3 | 2026-03-03T09:00:00Z | disk=true key=1h | permit 2026-03-03T16:00:00Z |
          a key, a second before too long   | bob     | prod    | 10.1.2.3 | 2026-03-03T09:00:00Z | disk=true key=7h59m59s | permit 2026-03-03T09:00:01Z |
          a key, too long ago               | bob     | prod    | 10.1.2.3 | 2026-03-03T09:00:00Z | disk=true key=8h | deny | does not hold
          # devices
          no device                         | bob     | prod    | 10.1.2.3 | 2026-03-03T09:00:00Z | key=1h | deny | cannot be decided: device
          a device of which nothing is known | bob    | prod    | 10.1.2.3 | 2026-03-03T09:00:00Z | key=1h os=14.6 | deny | device.disk_encryption is absent (what cannot be decided denies)
          a disk in the clear               | bob     | prod    | 10.1.2.3 | 2026-03-03T09:00:00Z | key=1h disk=false | deny | rule 'f-plain-disk' forbids
          a word where a flag should be     | bob     | prod    | 10.1.2.3 | 2026-03-03T09:00:00Z | key=1h disk=yes | deny | f-plain-disk
          an old fact, no age asked for     | bob     | prod    | 10.1.2.3 | 2026-03-03T09:00:00Z | key=1h disk=true seen=8760h | permit 2026-03-03T16:00:00Z |
          a new version, seen lately        | carol   | lab     | 10.1.2.3 | 2026-03-03T09:00:00Z | os=14.6.1 seen=14h | permit 2026-03-03T19:00:00Z |
          versions are no decimals          | carol   | lab     | 10.1.2.3 | 2026-03-03T09:00:00Z | os=14.10 | permit session |
          an old version                    | carol   | lab     | 10.1.2.3 | 2026-03-03T09:00:00Z | os=14.4.9 | deny | does not hold
          the very version                  | carol   | lab     | 10.1.2.3 | 2026-03-03T09:00:00Z | os=14.5 | permit session |
          a fact that expires               | carol   | lab     | 10.1.2.3 | 2026-03-03T09:00:00Z | os=14.6 seen=23h59m59s | permit 2026-03-03T09:00:01Z |
          a fact that expired               | carol   | lab     | 10.1.2.3 | 2026-03-03T09:00:00Z | os=14.6 seen=24h | deny | p-lab
          no version at all                 | carol   | lab     | 10.1.2.3 | 2026-03-03T09:00:00Z | disk=true | deny | device.os is absent
          something that is no version      | carol   | lab     | 10.1.2.3 | 2026-03-03T09:00:00Z | os=nightly | deny 2026-03-04T09:00:00Z | cannot be decided
          # networks
          in the network                    | carol   | kiosk   | 10.1.2.3 | 2026-03-03T09:00:00Z | | permit session |
          in the network inside, forbidden  | carol   | kiosk   | 10.99.1.1 | 2026-03-03T09:00:00Z | | deny | f-kiosk
          the last address before it        | carol   | kiosk   | 10.98.255.255 | 2026-03-03T09:00:00Z | | permit session |
          the first address behind it       | carol   | kiosk   | 10.100.0.0 | 2026-03-03T09:00:00Z | | permit session |
          outside of both                   | carol   | kiosk   | 11.0.0.1 | 2026-03-03T09:00:00Z | | deny | p-kiosk
          an IPv4-mapped address            | carol   | kiosk   | ::ffff:10.1.2.3 | 2026-03-03T09:00:00Z | | permit session |
          one of the forbidden network      | carol   | kiosk   | ::ffff:10.99.1.1 | 2026-03-03T09:00:00Z | | deny | f-kiosk
          IPv6 is in no IPv4 network        | carol   | kiosk   | fd77::5 | 2026-03-03T09:00:00Z | | deny | p-kiosk
          # services and sources
          a service without an address      | bob     | backup  | 10.1.2.3 | 2026-03-03T09:00:00Z | | deny | no known address
          an IPv6 service over IPv4         | alice   | hr      | 10.1.2.3 | 2026-03-03T09:00:00Z | | deny | log in over IPv6
          an IPv6 service over IPv6         | alice   | hr      | fd77::5  | 2026-03-03T09:00:00Z | | permit session |
          too little assurance              | bob     | door    | 10.1.2.3 | 2026-03-03T09:00:00Z | | deny | needs a source of assurance ip+link
          enough assurance                  | bob     | door    | 10.1.2.3 | 2026-03-03T09:00:00Z | assurance=ip+link | permit session |
          more than enough assurance        | bob     | door    | 10.1.2.3 | 2026-03-03T09:00:00Z | assurance=mtls | permit session |
          another user holds it from here   | alice   | wiki    | 10.1.2.3 | 2026-03-03T09:00:00Z | held-by=bob | deny | another user has service 'wiki' open
          and is not named                  | alice   | wiki    | 10.1.2.3 | 2026-03-03T09:00:00Z | held-by=bob | deny | !bob
          the same user holds it            | alice   | wiki    | 10.1.2.3 | 2026-03-03T09:00:00Z | held-by=alice | permit session |
          another user, shared              | alice   | printer | 10.1.2.3 | 2026-03-03T09:00:00Z | held-by=bob | permit session |
          another user, taken over          | alice   | desk    | 10.1.2.3 | 2026-03-03T09:00:00Z | held-by=bob | permit session |
          # claims
          a claim that fits                 | bob     | board   | 10.1.2.3 | 2026-03-03T09:00:00Z | clearance=2 | permit session |
          a claim that does not             | bob     | board   | 10.1.2.3 | 2026-03-03T09:00:00Z | clearance=3 | deny | does not hold
          a claim that is absent            | bob     | board   | 10.1.2.3 | 2026-03-03T09:00:00Z | | deny | principal.claims.clearance is absent
          # rules in audit mode
          would have denied                 | alice   | wiki    | 10.1.2.3 | 2026-03-03T09:00:00Z | region=fr | permit session | rule 'a-abroad', in audit mode, would forbid
          would not have denied             | alice   | wiki    | 10.1.2.3 | 2026-03-03T09:00:00Z | region=de | permit session | !a-abroad
          nobody can tell                   | alice   | wiki    | 10.1.2.3 | 2026-03-03T09:00:00Z | | permit session | source.region is absent
          would have permitted              | gus     | wiki    | 10.1.2.3 | 2026-03-03T09:00:00Z | | deny | rule 'a-guest', in audit mode, would permit
          """)
  void decide_answersTheQuestion(
      String question,
      String who,
      String service,
      String from,
      String when,
      @Nullable String with,
      String answer,
      @Nullable String says) {
    AccessRequest request = request(who, service, from, Instant.parse(when), known(with));

    Decision decision = Company.ENGINE.decide(request);

    String[] expected = answer.split(" ", 2);
    assertThat(decision instanceof Decision.Permit)
        .as(decision.text())
        .isEqualTo(expected[0].equals("permit"));
    Instant until = expected.length == 1 ? Instant.MAX : until(expected[1], request);
    assertThat(decision.validUntil()).isEqualTo(until);
    assertSays(decision.text(), says == null ? "" : says);
  }

  private static Instant until(String text, AccessRequest request) {
    return text.equals("session") ? request.sessionEnd() : Instant.parse(text);
  }

  private static void assertSays(String text, String says) {
    if (says.startsWith("!")) {
      assertThat(text).doesNotContain(says.substring(1));
    } else {
      assertThat(text).contains(says);
    }
  }

  private static Map<String, String> known(@Nullable String with) {
    var known = new HashMap<String, String>();
    if (with != null) {
      for (String each : with.split(" ", -1)) {
        known.put(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1));
      }
    }
    return known;
  }

  private static AccessRequest request(
      String who, String service, String from, Instant now, Map<String, String> known) {
    Map<String, String> claims =
        known.containsKey("clearance") ? Map.of("clearance", known.get("clearance")) : Map.of();
    var source =
        new Source(
            IpAddress.parse(from),
            Assurance.parse(known.getOrDefault("assurance", "ip")),
            null,
            known.get("region"));
    return new AccessRequest(
        Company.person(who, claims, shown(known, now)),
        source,
        service,
        now,
        now.plus(known.containsKey("session") ? duration(known, "session") : SESSION),
        known.containsKey("held-by") ? Set.of(known.get("held-by")) : Set.of(),
        device(known, now));
  }

  private static Authentication shown(Map<String, String> known, Instant now) {
    return known.containsKey("key")
        ? new Authentication(Set.of("pwd", "webauthn"), now.minus(duration(known, "key")))
        : Authentication.password(now);
  }

  private static @Nullable Device device(Map<String, String> known, Instant now) {
    Instant seen = known.containsKey("seen") ? now.minus(duration(known, "seen")) : now;
    var facts = new HashMap<String, Fact>();
    String disk = known.get("disk");
    if (disk != null) {
      boolean isFlag = disk.equals("true") || disk.equals("false");
      Object value = isFlag ? (Object) Boolean.valueOf(disk) : disk;
      facts.put("disk_encryption", new Fact(value, seen));
    }
    String os = known.get("os");
    if (os != null) {
      facts.put("os", Fact.of(os, seen));
    }
    return facts.isEmpty() ? null : new Device("laptop", facts);
  }

  private static Duration duration(Map<String, String> known, String name) {
    return Duration.parse("PT" + known.get(name));
  }
}
