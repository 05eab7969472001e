package io.aegis.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.IpAddress;
import io.aegis.api.Reason;
import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.DropEvent;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class DropWordsTest {
  private static final Instant AT = Instant.parse("2030-01-02T03:04:05.006Z");

  private static DropEvent drop(String from, String to, long unreported) {
    return new DropEvent(
        AT,
        "eth0",
        Direction.INGRESS,
        Reason.NO_GRANT,
        IpAddress.parse(from),
        IpAddress.parse(to),
        6,
        40_000,
        443,
        unreported);
  }

  @Test
  void text_tellsWhoWantedWhat_andHowManyMore() {
    assertThat(DropWords.text(drop("10.1.1.5", "10.2.0.7", 1_234)))
        .isEqualTo(
            "2030-01-02T03:04:05.006Z eth0 in NO_GRANT tcp 10.1.1.5:40000 -> 10.2.0.7:443"
                + " (and 1,234 more)");
    assertThat(DropWords.text(drop("fd77::5", "fd77::7", 0)))
        .endsWith("tcp [fd77::5]:40000 -> [fd77::7]:443");
  }

  @Test
  void unread_isLeftOutOfTheText_andNullInJson() {
    var bare =
        new DropEvent(
            AT, "eth0", Direction.EGRESS, Reason.ETHERTYPE, null, null, null, null, null, 0);
    assertThat(DropWords.text(bare)).isEqualTo("2030-01-02T03:04:05.006Z eth0 out ETHERTYPE");
    assertThat(DropWords.json(bare))
        .isEqualTo(
            "{\"at\":\"2030-01-02T03:04:05.006Z\",\"interface\":\"eth0\",\"direction\":\"egress\","
                + "\"reason\":\"ETHERTYPE\",\"source\":null,\"destination\":null,\"protocol\":null,"
                + "\"source_port\":null,\"destination_port\":null,\"unreported\":0}");
  }

  @Test
  void json_isOneLine() {
    assertThat(DropWords.json(drop("10.1.1.5", "10.2.0.7", 0)))
        .contains("\"source\":\"10.1.1.5\"", "\"destination_port\":443")
        .doesNotContain("\n");
  }
}
