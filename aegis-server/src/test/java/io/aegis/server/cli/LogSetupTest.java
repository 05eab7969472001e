package io.aegis.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

final class LogSetupTest {
  private static final Logger OURS = LoggerFactory.getLogger("io.aegis.server.any");

  @Test
  void warningsOnly_whileOpen_leavesOutEvents() {
    assertThat(OURS.isInfoEnabled()).isTrue();
    try (var _ = LogSetup.warningsOnly()) {
      assertThat(OURS.isInfoEnabled()).isFalse();
      assertThat(OURS.isWarnEnabled()).isTrue();
    }
    assertThat(OURS.isInfoEnabled()).isTrue();
  }
}
