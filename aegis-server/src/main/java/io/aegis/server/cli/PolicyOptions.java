package io.aegis.server.cli;

import io.aegis.policy.document.DocumentReader;
import io.aegis.policy.document.InvalidDocumentException;
import io.aegis.policy.document.PolicyDocument;
import io.aegis.policy.document.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What all commands about documents share: reading them, and how to tell the result. */
final class PolicyOptions {
  @Option(names = "--json", description = "Print one JSON object on one line, for machines.")
  private boolean json;

  boolean json() {
    return json;
  }

  /** Looks for the languages that are installed: not before a command about documents runs. */
  DocumentReader reader() {
    return DocumentReader.withInstalledLanguages();
  }

  /** A file that could not be read as what it should be; the problems are told already. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused() {
      super("refused");
    }
  }

  /** Reads from a file. */
  interface Reading<T> {
    /**
     * Reads to the end.
     *
     * @throws InvalidDocumentException if it is not what it should be
     * @throws IOException if it cannot be read
     */
    T read(InputStream stream) throws InvalidDocumentException, IOException;
  }

  /**
   * Reads a document.
   *
   * @throws Refused if it is none, after telling why
   */
  PolicyDocument document(Path file, Terminal terminal) throws Refused {
    return read(file, terminal, reader()::read);
  }

  /**
   * Reads a file.
   *
   * @throws Refused if it is not what it should be, after telling why
   */
  <T> T read(Path file, Terminal terminal, Reading<T> reading) throws Refused {
    if (Files.isDirectory(file)) {
      throw CommandException.usage("reading " + file + ": it is a directory; name a file");
    }
    try (InputStream stream = Files.newInputStream(file)) {
      return reading.read(stream);
    } catch (InvalidDocumentException e) {
      tell(file, e, terminal);
      throw new Refused();
    } catch (NoSuchFileException e) {
      throw CommandException.usage("reading " + file + ": there is no such file");
    } catch (AccessDeniedException e) {
      throw CommandException.usage("reading " + file + ": this user may not read it");
    } catch (IOException e) {
      throw CommandException.failure("reading " + file + ": " + e.getMessage(), e);
    }
  }

  private void tell(Path file, InvalidDocumentException e, Terminal terminal) {
    int count = e.problems().size() + e.more();
    if (json) {
      var report = PolicyReport.object("refused");
      report.put("file", file.toString());
      PolicyReport.addProblems(report, e);
      terminal.out().println(report);
    } else {
      for (Problem problem : e.problems()) {
        terminal.err().println(PolicyReport.at(file, problem.place()) + problem.message());
      }
      terminal
          .err()
          .println(
              "aegis: %s has %,d mistake%s%s; nothing of it is used"
                  .formatted(
                      file,
                      count,
                      count == 1 ? "" : "s",
                      e.more() > 0 ? ", of which these are the first" : ""));
    }
  }
}
