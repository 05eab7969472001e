package io.aegis.server.cli;

import io.aegis.server.lifecycle.StopSignal;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What a command printed and how it ended. */
record Ran(int exitCode, String out, String err) {

  /** Runs a command in this process, to its end. */
  static Ran aegis(Map<String, String> environment, String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int code = Main.run(args, printer(out), printer(err), environment);
    return new Ran(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** A terminal for a command line that is only looked at. */
  static Terminal unusedTerminal() {
    PrintStream nowhere = printer(OutputStream.nullOutputStream());
    return new Terminal(nowhere, nowhere, Map.of(), new StopSignal());
  }

  private static PrintStream printer(OutputStream stream) {
    return new PrintStream(stream, true, StandardCharsets.UTF_8);
  }
}
