package io.aegis.examples.nftables;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The program nft. It is handed one transaction at a time on its standard input, which the kernel
 * takes as a whole or not at all, and asked for one set at a time, which it answers in JSON.
 *
 * <p>Transactions are in nft's own language, not in JSON: its JSON knows timeouts in whole seconds
 * only, and a grant ends to the millisecond.
 *
 * <p>Thread-safe: each call is a process of its own.
 *
 * @param command how to start it
 */
record Nft(List<String> command) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final long PATIENCE_SECONDS = 60;
  private static final String REMEDY_MODULE =
      "the kernel lacks what the rules need; load or build nf_tables with NETDEV, nft_fib_netdev"
          + " (Linux 5.15 or later)";

  Nft {
    command = List.copyOf(command);
  }

  private record Answer(int status, String output, String errors) {}

  /** Carries out one transaction. */
  void change(String doing, String transaction) {
    Answer answer = run(doing, transaction, List.of("-f", "-"));
    if (answer.status != 0) {
      throw failed(doing, answer);
    }
  }

  /**
   * Whether there is such an interface. nft asks the kernel for its index; the kernel itself would
   * hang a chain on an interface that is yet to come.
   */
  boolean hasInterface(String name) {
    String rule = "table netdev aegis-probe { chain probe { iif \"" + name + "\" accept\n}\n}\n";
    return run("looking for interface " + name, rule, List.of("-c", "-f", "-")).status == 0;
  }

  /** Lists the elements of a set; none if it has none. */
  List<JsonNode> elements(String doing, String table, String set) {
    var elements = new ArrayList<JsonNode>();
    for (JsonNode each : list(doing, "list set " + table + " " + set)) {
      each.path("set").path("elem").forEach(elem -> elements.add(elem.path("elem")));
    }
    return elements;
  }

  /** Lists what a command names, as objects of nft's schema. */
  List<JsonNode> list(String doing, String request) {
    Answer answer = run(doing, "", List.of("-j", request));
    if (answer.status != 0) {
      throw failed(doing, answer);
    }
    try {
      var objects = new ArrayList<JsonNode>();
      JSON.readTree(answer.output).path("nftables").forEach(objects::add);
      return objects;
    } catch (JsonProcessingException e) {
      throw new EnforcerException(
          Kind.INTERNAL, doing + ": nft answered what is no JSON: " + answer.output, e);
    }
  }

  /** Whether such a thing is there. */
  boolean has(String doing, String request) {
    Answer answer = run(doing, "", List.of("-j", request));
    if (answer.status != 0 && !answer.errors.contains("No such file or directory")) {
      throw failed(doing, answer);
    }
    return answer.status == 0;
  }

  private Answer run(String doing, String input, List<String> arguments) {
    var whole = new ArrayList<String>(command);
    whole.addAll(arguments);
    try {
      var builder = new ProcessBuilder(whole);
      builder.environment().put("LC_ALL", "C"); // its messages are looked at
      Process process = builder.start();
      var errors = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()), Nft::start);
      var output = CompletableFuture.supplyAsync(() -> text(process.getInputStream()), Nft::start);
      try (OutputStream to = process.getOutputStream()) {
        to.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It ended before it had read all; its status and message say why.
      }
      return new Answer(status(doing, process), output.join(), errors.join());
    } catch (IOException e) {
      throw new EnforcerException(
          Kind.UNSUPPORTED,
          doing
              + ": the program "
              + command.getLast()
              + " could not be started; install nftables (apt-get install nftables)",
          e);
    }
  }

  private static void start(Runnable reading) {
    Thread.ofVirtual().name("aegis-nft-output").start(reading);
  }

  private static String text(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the end, also when interrupted: what became of a transaction must be known. */
  private static int status(String doing, Process process) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            return process.exitValue();
          }
          process.destroyForcibly();
          throw new EnforcerException(
              Kind.INTERNAL, doing + ": nft did not end within " + PATIENCE_SECONDS + " s");
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static EnforcerException failed(String doing, Answer answer) {
    String errors = answer.errors.strip();
    if (errors.contains("Operation not permitted")) {
      return new EnforcerException(
          Kind.NOT_PERMITTED, doing + ": nft needs CAP_NET_ADMIN; run as root or grant it");
    }
    if (errors.contains("Operation not supported") || errors.contains("Protocol not supported")) {
      return new EnforcerException(
          Kind.UNSUPPORTED, doing + ": " + REMEDY_MODULE + "; nft said: " + errors);
    }
    return new EnforcerException(
        Kind.INTERNAL, doing + ": nft failed with status " + answer.status + ": " + errors);
  }
}
