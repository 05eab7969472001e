package io.aegis.enforcer.xdp.internal.load;

import io.aegis.enforcer.xdp.internal.sys.Errno;
import java.util.List;

/** The kernel's verifier refused a program. */
public final class VerifierException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String log;

  /**
   * Makes an exception out of the verifier's log.
   *
   * @param program its name
   * @param log what the verifier printed
   * @param cause what bpf(2) said
   */
  VerifierException(String program, String log, Errno cause) {
    super(
        "loading program "
            + program
            + ": the verifier refused it: "
            + verdictLine(log)
            + " [source: "
            + sourceLine(log)
            + "]; the full log has "
            + log.lines().count()
            + " lines",
        cause);
    this.log = log;
  }

  /**
   * Returns everything the verifier printed.
   *
   * @return lines of the kernel's own format, which differs between versions
   */
  public String log() {
    return log;
  }

  /** The last line that is not about how long it took. */
  static String verdictLine(String log) {
    return log.lines()
        .filter(line -> !isStatistics(line) && !line.isBlank())
        .reduce((first, second) -> second)
        .map(String::strip)
        .orElse("no reason given");
  }

  /** The last source line it quoted. */
  static String sourceLine(String log) {
    return log.lines()
        .filter(line -> line.startsWith("; ") && !line.startsWith("; @"))
        .reduce((first, second) -> second)
        .map(line -> line.substring(2).strip())
        .orElse("unknown");
  }

  private static boolean isStatistics(String line) {
    return List.of("processed ", "verification time ", "stack depth ").stream()
        .anyMatch(line::startsWith);
  }
}
