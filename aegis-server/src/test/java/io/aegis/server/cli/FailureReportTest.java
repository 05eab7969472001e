package io.aegis.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.server.lifecycle.StopSignal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FailureReportTest {

  private static Ran report(Throwable failure, boolean trace) {
    var err = new ByteArrayOutputStream();
    var printer = new PrintStream(err, true, StandardCharsets.UTF_8);
    int code =
        FailureReport.print(
            failure, new Terminal(printer, printer, Map.of(), new StopSignal()), trace);
    return new Ran(code, "", err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void print_ofABug_isOneLineWithAllCausesAndTheWayToMore() {
    Ran ran = report(new IllegalStateException("wiring", new NullPointerException()), false);
    assertThat(ran.err())
        .isEqualTo(
            "aegis: unexpected failure: wiring: NullPointerException (run again with --verbose for"
                + " the trace)\n");
    assertThat(ran.exitCode()).isEqualTo(1);
  }

  @Test
  void print_withTrace_showsIt() {
    assertThat(report(new IllegalStateException("wiring"), true).err())
        .startsWith("aegis: unexpected failure: wiring\n")
        .contains("\tat ");
  }

  @Test
  void print_ofEnforcersFailures_tellsBadSettingsApart() {
    var settings = new EnforcerException(EnforcerException.Kind.BAD_SETTINGS, "no interface x");
    assertThat(report(settings, false)).isEqualTo(new Ran(2, "", "aegis: no interface x\n"));
    var block = new EnforcerException(EnforcerException.Kind.BAD_SETTINGS, "add:\n\n[[a]]\nb = 1");
    assertThat(report(block, false).err()).isEqualTo("aegis: add:\n\n[[a]]\nb = 1\n");
    var busy = new EnforcerException(EnforcerException.Kind.BUSY, "held by y");
    assertThat(report(busy, false)).isEqualTo(new Ran(1, "", "aegis: held by y\n"));
  }

  @Test
  void print_ofAMessageWithLineEnds_isOneLine() {
    assertThat(report(new IOException("a\n  b\n"), false).err()).isEqualTo("aegis: a b\n");
  }

  @Test
  void print_ofAFileFailure_namesWhatHappened() {
    assertThat(report(new AccessDeniedException("/x"), false).err())
        .isEqualTo("aegis: AccessDeniedException: /x\n");
  }

  @Test
  void print_whenTheCleanUpFailedToo_tellsBoth() {
    var failure = new IOException("port in use");
    failure.addSuppressed(new IllegalStateException("stopping store", new IOException("full")));
    assertThat(report(failure, false).err())
        .isEqualTo("aegis: port in use\naegis: besides, while cleaning up: stopping store: full\n");
  }
}
