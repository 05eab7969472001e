package io.aegis.server.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aegis.api.IpAddress;
import io.aegis.api.Reason;
import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.DropEvent;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class EventLineTest {
  private static final Instant AT = Instant.parse("2030-01-02T03:04:05.006007008Z");

  @Test
  void everything_isReadAsItWasWritten() {
    var whole =
        new DropEvent(
            AT,
            "eth0.7@x'\"",
            Direction.EGRESS,
            Reason.NO_GRANT,
            IpAddress.parse("10.1.1.5"),
            IpAddress.parse("fd77::1"),
            17,
            65_535,
            53,
            Long.MAX_VALUE);
    var bare =
        new DropEvent(
            AT, "a", Direction.INGRESS, Reason.MALFORMED, null, null, null, null, null, 0);
    assertThat(EventLine.read(EventLine.write(whole))).isEqualTo(whole);
    assertThat(EventLine.read(EventLine.write(bare))).isEqualTo(bare);
  }

  @Test
  void anythingElse_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> EventLine.read("ok: hello"));
  }
}
