package io.aegis.policy.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.aegis.api.IpAddress;
import io.aegis.policy.AccessRequest;
import io.aegis.policy.Assurance;
import io.aegis.policy.Authentication;
import io.aegis.policy.Device;
import io.aegis.policy.Fact;
import io.aegis.policy.Link;
import io.aegis.policy.Principal;
import io.aegis.policy.RecordedRequest;
import io.aegis.policy.Source;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RequestLinesTest {

  private static final Instant NOW = Instant.parse("2026-03-01T02:00:00.123Z");

  private static final RecordedRequest FULL =
      new RecordedRequest(
          new AccessRequest(
              new Principal(
                  "u-1",
                  "Zoë \"😀\" /\\",
                  false,
                  Set.of("clerk", "admin"),
                  Set.of("finance"),
                  Map.of("department", "4711\n"),
                  new Authentication(Set.of("pwd", "otp"), NOW.minusSeconds(9))),
              new Source(
                  IpAddress.parse("fd00::7"),
                  Assurance.IP_LINK,
                  new Link("eth1", 7, "02:00:00:00:00:01"),
                  "de"),
              "payroll-db",
              NOW,
              NOW.plusSeconds(3_600),
              Set.of("u-2"),
              new Device(
                  "laptop",
                  Map.of(
                      "os_version", Fact.of("14.5", NOW),
                      "level", Fact.of(-7, NOW),
                      "encrypted", Fact.of(true, NOW),
                      "tags", Fact.of(List.of("a", "b"), NOW)))),
          true);

  private static List<RecordedRequest> read(String text) throws Exception {
    return RequestLines.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void format_andRead_giveAnEqualRecord() throws Exception {
    RecordedRequest least =
        new RecordedRequest(
            AccessRequest.of(
                Principal.of("u-1", Set.of(), Authentication.password(NOW)),
                new Source(IpAddress.parse("10.1.2.3"), Assurance.IP),
                "web",
                NOW,
                NOW),
            false);
    String lines = RequestLines.format(FULL) + "\n\n" + RequestLines.format(least) + "\n";
    assertThat(lines.lines()).hasSize(3);
    assertThat(read(lines)).containsExactly(FULL, least);
  }

  @Test
  void page_showsARecordThatIsRead() throws Exception {
    String page = Files.readString(Path.of("../docs/reference/recorded-requests.md"));
    String line = page.lines().filter(each -> each.startsWith("{\"at\"")).findFirst().orElseThrow();
    assertThat(read(line)).hasSize(1);
    RequestForms.RECORD
        .fields()
        .forEach(field -> assertThat(page).contains("| `" + field.key() + "` |"));
  }

  @Test
  void read_mistakes_areToldTogetherWithTheirLines() {
    String good = RequestLines.format(FULL);
    InvalidDocumentException e =
        catchThrowableOfType(
            InvalidDocumentException.class,
            () ->
                read(
                    good
                        + "\n"
                        + good.replace("\"service\"", "\"servise\"")
                        + "\n{\"at\": \"yesterday\"\n"
                        + good.replace("02:00:00.123Z", "25:00")));
    assertThat(e.problems().stream().map(p -> p.place().line())).containsOnly(2, 3, 4);
    assertThat(e.problems().getFirst().message()).contains("lacks its 'service'");
    assertThat(e.problems().get(1).message()).contains("(did you mean 'service'?)");
    assertThat(e).hasMessageContaining("line 4, column 8: expected an instant such as");
  }

  @Test
  void read_everyTruncationOfALine_isRefused() {
    String good = RequestLines.format(FULL);
    for (int length = 1; length < good.length(); length++) {
      String cut = good.substring(0, length);
      assertThat(catchThrowableOfType(InvalidDocumentException.class, () -> read(cut))).isNotNull();
    }
  }
}
