package io.aegis.enforcer.tck;

import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.StaticRule;
import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.InterfaceSettings.LinkControl;
import io.aegis.enforcer.tck.PacketCase.Scene;
import io.aegis.enforcer.tck.PacketCase.Step;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads packet cases from text. A line that does not begin with a space is the sentence of a new
 * case; the lines below it say what is in force and what becomes of frames; {@code #} begins a
 * comment. A frame of the line {@code leaving} goes out, one of {@code frame} comes in.
 *
 * <pre>{@code
 * a granted port is admitted, the next one is not
 *   interface audit routers lacp dot1x lldp
 *   rule 10.77.9.0/24 to 10.77.2.1 tcp from any port 22 established
 *   grant 1 10.77.1.5 to tcp 10.77.2.7 port 443 audit lease idle 10 expired
 *   lease 60
 *   age 3
 *   frame ipv4 10.77.1.5 > 10.77.2.7 / tcp 40000 > 443 syn
 *     admit GRANT of 1
 *   frame ipv4 10.77.1.5 > 10.77.2.7 / tcp 40000 > 444 syn
 *     drop NO_GRANT without EGRESS drop EGRESS
 * }</pre>
 *
 * <p>All of it but sentence, frame and outcome may be left out. Grants end in an hour unless they
 * are {@code expired} or {@code soft-expired}; times are in seconds; {@code age} is how long
 * everything has been in force when the first frame arrives. A prefix target is written with its
 * length; without {@code port} the target is every port. The protocol of a rule is {@code tcp},
 * {@code udp}, {@code any} or a number. Outcomes are {@code admit}, {@code drop}, {@code
 * would-drop}, each with a reason.
 */
public final class Corpus {
  private final List<PacketCase> cases = new ArrayList<>();
  private @Nullable Draft draft;

  private Corpus() {}

  /** The case that is being read. */
  private static final class Draft {
    final String sentence;
    final int line;
    EnforcementMode mode = EnforcementMode.ENFORCE;
    boolean routers;
    final Set<LinkControl> linkControl = EnumSet.noneOf(LinkControl.class);
    final List<StaticRule> rules = new ArrayList<>();
    final List<Function<Instant, Grant>> grants = new ArrayList<>();
    @Nullable Duration lease;
    Duration age = Duration.ZERO;
    @Nullable String frame;
    Direction way = Direction.INGRESS;
    final List<Step> steps = new ArrayList<>();

    Draft(String sentence, int line) {
      this.sentence = sentence;
      this.line = line;
    }

    Scene scene() {
      return new Scene(mode, routers, linkControl, rules, grants, lease, age);
    }

    PacketCase finished() {
      if (frame != null) {
        throw new IllegalArgumentException("the last frame has no outcome: " + sentence);
      }
      return new PacketCase(sentence, line, scene(), steps);
    }
  }

  /**
   * Reads the corpus that every enforcer must pass.
   *
   * @return its cases in order
   */
  public static List<PacketCase> standard() {
    var all = new ArrayList<PacketCase>();
    for (String name :
        List.of(
            "link",
            "ipv4",
            "ipv6",
            "icmp",
            "grants",
            "rules",
            "fragments",
            "audit",
            "egress",
            "age")) {
      all.addAll(resource("corpus/" + name + ".txt"));
    }
    return List.copyOf(all);
  }

  private static List<PacketCase> resource(String name) {
    try (InputStream in = Corpus.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the kit lacks its own resource " + name);
      }
      return read(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads cases.
   *
   * @param name what to call the text in messages
   * @param text the text
   * @return its cases in order
   * @throws IllegalArgumentException if something is not understood; the message says where
   */
  public static List<PacketCase> read(String name, String text) {
    var corpus = new Corpus();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      try {
        corpus.line(line, number);
      } catch (RuntimeException e) {
        throw new IllegalArgumentException(name + ":" + number + ": " + e.getMessage(), e);
      }
    }
    corpus.finish();
    return List.copyOf(corpus.cases);
  }

  /** Reads lines that say what is in force, without frames. */
  static Scene scene(List<String> lines) {
    var draft = new Draft("a scene", 0);
    lines.forEach(line -> detail(draft, new CorpusWords(line)));
    return draft.scene();
  }

  private void finish() {
    if (draft != null) {
      cases.add(draft.finished());
    }
  }

  private void line(String line, int number) {
    int comment = line.indexOf('#');
    String content = comment < 0 ? line : line.substring(0, comment);
    if (content.isBlank()) {
      return;
    }
    if (!Character.isWhitespace(content.charAt(0))) {
      finish();
      draft = new Draft(content.strip(), number);
    } else if (draft == null) {
      throw new IllegalArgumentException("a case begins with its sentence, which is not indented");
    } else {
      detail(draft, new CorpusWords(content));
    }
  }

  private static void detail(Draft draft, CorpusWords words) {
    String first = words.next();
    switch (first) {
      case "interface" -> words.rest().forEach(word -> interfaceWord(draft, word));
      case "rule" -> draft.rules.add(words.rule());
      case "grant" -> draft.grants.add(words.grant());
      case "lease" -> draft.lease = words.seconds();
      case "age" -> draft.age = words.seconds();
      case "frame", "leaving" -> {
        if (draft.frame != null) {
          throw new IllegalArgumentException("the frame before has no outcome");
        }
        draft.frame = String.join(" ", words.rest());
        draft.way = first.equals("frame") ? Direction.INGRESS : Direction.EGRESS;
        FrameText.parse(draft.frame).bytes(); // a mistake shall show here, with its line
      }
      case "admit", "drop", "would-drop" -> {
        if (draft.frame == null) {
          throw new IllegalArgumentException("an outcome without a frame");
        }
        draft.steps.add(new Step(draft.way, draft.frame, words.expected(first)));
        draft.frame = null;
      }
      default -> throw new IllegalArgumentException("'" + first + "' is not understood");
    }
  }

  private static void interfaceWord(Draft draft, String word) {
    switch (word) {
      case "audit" -> draft.mode = EnforcementMode.AUDIT;
      case "routers" -> draft.routers = true;
      default -> draft.linkControl.add(LinkControl.valueOf(word.toUpperCase(Locale.ROOT)));
    }
  }
}
