package io.aegis.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LogLayoutTest {
  private final Logger logger = new LoggerContext().getLogger("io.aegis.server.sync.GatewaySync");

  private String line(LogLayout layout, String message, @Nullable Throwable failure) {
    var event = new LoggingEvent("x", logger, Level.WARN, message, failure, new Object[0]);
    event.setInstant(Instant.parse("2026-11-22T16:00:00.120Z"));
    return layout.doLayout(event);
  }

  @Test
  void doLayout_ofAnEvent_isOneLine() {
    assertThat(line(new LogLayout(), "event=left gateway=north", null))
        .isEqualTo("2026-11-22T16:00:00.120Z WARN GatewaySync event=left gateway=north\n");
  }

  @Test
  void doLayout_ofAMessageWithLineEnds_isStillOneLine() {
    assertThat(line(new LogLayout(), "name=a\nb\r", null))
        .isEqualTo("2026-11-22T16:00:00.120Z WARN GatewaySync name=a\\nb\\r\n");
  }

  @Test
  void doLayout_ofAFailure_tellsTheWholeChainInOneLine() {
    var failure = new IllegalStateException("sending", new IOException("broken pipe"));
    assertThat(line(new LogLayout(), "event=lost", failure))
        .isEqualTo(
            "2026-11-22T16:00:00.120Z WARN GatewaySync event=lost failure=\"sending: broken"
                + " pipe\"\n");
  }

  @Test
  void doLayout_whenTracesAreWanted_showsThem() {
    var layout = new LogLayout();
    layout.showTraces(true);
    assertThat(line(layout, "event=lost", new IllegalStateException("sending")))
        .contains("failure=\"sending\"\n", "\tat ");
  }
}
