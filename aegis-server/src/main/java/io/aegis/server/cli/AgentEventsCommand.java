package io.aegis.server.cli;

import io.aegis.enforcer.spi.DropEvent;
import io.aegis.server.agent.RunningAgent.RefusedException;
import io.aegis.server.standalone.LocalAgent;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code aegis agent events}. */
@Command(
    name = "events",
    header = "Show what the running agent's datapath drops, while it happens.",
    description = {
      "One line for a dropped packet, until it is interrupted. Under load only some are shown: at",
      "most eight of each reason in a tenth of a second on each processor; how many were not is told",
      "with the next one of that reason. 'agent status' has the full counts. While nobody looks,",
      "the datapath reports nothing."
    })
final class AgentEventsCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ConfigOptions options = new ConfigOptions();
  @Mixin private DataOption data = new DataOption();

  @Option(names = "--json", description = "Print one JSON object a line, for machines.")
  private boolean json;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "0",
      description = "End after so many lines; 0 for never.")
  private long count;

  AgentEventsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** As many as were asked for have been printed. */
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Enough() {
      super("enough");
    }
  }

  @Override
  public Integer call() {
    Thread listening = Thread.currentThread();
    Thread.ofVirtual().name("aegis-stop").start(() -> endWith(listening));
    try {
      LocalAgent.of(data.load(options, terminal)).listen(this::print);
      throw CommandException.failure("listening: the agent has ended");
    } catch (Enough e) {
      return ExitCode.DONE;
    } catch (IOException e) {
      if (Thread.interrupted()) {
        return ExitCode.DONE; // it was asked to end, and that closed the connection
      }
      throw CommandException.failure("listening: " + e.getMessage(), e);
    } catch (RefusedException e) {
      throw CommandException.failure("listening: " + e.getMessage(), e);
    }
  }

  private void endWith(Thread listening) {
    try {
      terminal.stop().await();
      listening.interrupt();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void print(DropEvent event) {
    terminal.out().println(json ? DropWords.json(event) : DropWords.text(event));
    terminal.out().flush();
    if (count > 0 && --count == 0) {
      throw new Enough();
    }
  }
}
