package io.aegis.server.cli;

import io.aegis.api.Reason;
import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.EnforcerView;
import io.aegis.enforcer.spi.InterfaceSettings;
import io.aegis.server.config.AgentKeys;
import io.aegis.server.config.Config;
import io.aegis.server.explain.Capture;
import io.aegis.server.explain.FrameWords;
import io.aegis.server.standalone.Enforcers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code aegis explain}. */
@Command(
    name = "explain",
    header = "Ask this gateway's datapath what it would do with a packet, and why.",
    description = {
      "The answer is that of the program in the kernel itself, at this moment; nothing is counted",
      "and no packet is sent. What the reasons mean is said below the answers, and in",
      "docs/reference/reasons.md. For example:",
      "  aegis explain --from 10.1.1.5 --to 10.2.0.7 --tcp 443",
      "  aegis explain --pcap suspicious.pcap"
    })
final class ExplainCommand implements Callable<Integer> {
  private static final int LEAST_FRAME = 14;

  private final Terminal terminal;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Source source = new Source();

  @Option(
      names = "--interface",
      paramLabel = "NAME",
      description = "Where it arrives; needed if the configuration protects several.")
  private @Nullable String interfaceName;

  @Option(names = "--json", description = "Print one JSON object for each frame, for machines.")
  private boolean json;

  /** Where frames come from. */
  static final class Source {
    @Option(
        names = "--pcap",
        paramLabel = "FILE",
        description = "Every frame of a capture made with tcpdump.")
    private @Nullable Path capture;

    @ArgGroup(exclusive = false, multiplicity = "1")
    private @Nullable FlowOptions flow;
  }

  @Option(
      names = "--leaving",
      description =
          "Ask about frames that leave through the interface, not about such that arrive.")
  private boolean isLeaving;

  ExplainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    byte @Nullable [] frame = source.flow == null ? null : source.flow.flow().frame();
    NativeAccess.require();
    Config config = options.load(terminal.environment(), List.of(), Optional.empty());
    String instance = config.get(AgentKeys.INSTANCE);
    String where = interfaceOf(config);
    try (EnforcerView view =
        Enforcers.configured(config).inspect(instance, InstantSource.system())) {
      var answers = new Answers(view, where);
      if (frame != null) {
        terminal.out().println(answers.line(frame, Optional.empty()));
      } else if (source.capture != null) {
        explain(source.capture, answers);
      }
      terminal.out().print(json ? "" : ReasonWords.legend(answers.reasons));
      return ExitCode.DONE;
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  private Direction way() {
    return isLeaving ? Direction.EGRESS : Direction.INGRESS;
  }

  private String interfaceOf(Config config) {
    if (interfaceName != null) {
      return interfaceName;
    }
    List<String> configured =
        config.find(AgentKeys.INTERFACES).stream()
            .flatMap(List::stream)
            .map(InterfaceSettings::name)
            .toList();
    if (configured.size() == 1) {
      return configured.getFirst();
    }
    throw CommandException.usage(
        configured.isEmpty()
            ? "the configuration names no protected interface: say which by --interface, or the file by --config"
            : "which interface does it arrive on? Say one of %s by --interface"
                .formatted(configured));
  }

  private void explain(Path file, Answers answers) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      Capture capture = Capture.read(stream);
      for (var next = capture.next(); next.isPresent(); next = capture.next()) {
        terminal.out().println(answers.line(next.get().bytes(), next));
      }
    } catch (NoSuchFileException e) {
      throw CommandException.usage("reading capture " + file + ": there is no such file");
    } catch (IOException e) {
      throw CommandException.failure("reading capture " + file + ": " + e.getMessage(), e);
    }
  }

  /** Asks, and writes down what the answer is. */
  private final class Answers {
    private final EnforcerView view;
    private final String where;
    private final Set<Reason> reasons = EnumSet.noneOf(Reason.class);

    Answers(EnforcerView view, String where) {
      this.view = view;
      this.where = where;
    }

    String line(byte[] frame, Optional<Capture.Frame> captured) {
      Optional<Verdict> verdict =
          frame.length < LEAST_FRAME
              ? Optional.empty()
              : Optional.of(view.explain(way(), where, frame));
      verdict.map(Verdict::reason).ifPresent(reasons::add);
      var line = new ExplainedFrame(where, FrameWords.of(frame), captured, verdict);
      return json ? line.json() : line.text();
    }
  }
}
