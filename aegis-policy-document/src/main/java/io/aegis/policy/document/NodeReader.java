package io.aegis.policy.document;

import io.aegis.policy.document.Node.Entry;
import io.aegis.policy.document.Node.Scalar;
import io.aegis.policy.document.Node.Style;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentEndEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads the plain part of YAML into nodes: mappings, lists and text. Whatever would make one text
 * mean another than the one that is seen is refused: anchors and aliases, tags, merge keys,
 * directives, several documents in one. The end must be marked.
 *
 * <p>It pulls one event after the other, so that depth and number are bounded while they grow, and
 * nothing of the library but its events is ever used. Used once, by one thread.
 */
final class NodeReader {

  // A document that lost its last lines may well be valid YAML, and they may have been a forbid.
  private static final String NO_END =
      "the end is missing: a policy document ends with a line '...', so that a file that was cut off"
          + " is never taken for a policy (add the line, or fetch the file again)";

  /** The deepest part of a valid document, a fact of a device of a test, is at 6. */
  private static final int DEEPEST = 16;

  /** Keys and values together; a rule takes six, so this is 150,000 rules and more. */
  private static final int MOST_NODES = 1_000_000;

  private final SourceText source;
  private final Problems problems;
  private final StreamReader reader;
  private final ParserImpl parser;
  private int nodes;

  private NodeReader(SourceText source, Problems problems) {
    this.source = source;
    this.problems = problems;
    var settings =
        LoadSettings.builder()
            .setUseMarks(true)
            // The whole text at once: a scalar that is longer than the buffer would be copied for
            // each piece of it, which takes minutes for one of 10 MB.
            .setBufferSize(Math.max(1_024, source.text().length() + 1))
            .setCodePointLimit(SourceText.MOST_BYTES + 1)
            .build();
    this.reader = new StreamReader(settings, source.text());
    this.parser = new ParserImpl(settings, reader);
  }

  /** Reading cannot go on; the problem is told already. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Stopped() {
      super("stopped", null, false, false);
    }
  }

  /** Returns the content of a document, or reports why there is none. */
  static Optional<Node> read(SourceText source, Problems problems) {
    return read(source, problems, true);
  }

  /** Returns the content of a text that needs no mark at its end. */
  static Optional<Node> readPart(SourceText source, Problems problems) {
    return read(source, problems, false);
  }

  private static Optional<Node> read(SourceText source, Problems problems, boolean needsEnd) {
    try {
      return new NodeReader(source, problems).document(needsEnd);
    } catch (Stopped e) {
      return Optional.empty();
    }
  }

  // The library lets out what it meets on its way, a NumberFormatException for one. Nothing but
  // events passes here, so whatever else comes is about the text.
  private Event next() {
    try {
      return parser.next();
    } catch (MarkedYamlEngineException e) {
      Place place = e.getProblemMark().map(NodeReader::place).orElseGet(source::end);
      problems.add(place, "this is no YAML: " + SyntaxWords.of(e, source, place));
    } catch (RuntimeException e) {
      problems.add(
          new Place(reader.getLine() + 1, reader.getColumn() + 1),
          "this is no YAML: what stands here cannot be read (an escape or number that is none?)");
    }
    throw new Stopped();
  }

  private Optional<Node> document(boolean needsEnd) {
    next(); // the stream begins
    if (!(next() instanceof DocumentStartEvent)) {
      problems.add(Place.START, "the document is empty (begin with 'format: 1')");
      return Optional.empty();
    }
    Node root = node(next(), 1);
    refuseDirectives(root.place().line());
    boolean isWhole = next() instanceof DocumentEndEvent end && end.isExplicit();
    Event next = next();
    if (!(next instanceof StreamEndEvent)) {
      problems.add(place(next), "a file holds one document (remove what follows)");
    } else if (needsEnd && !isWhole) {
      problems.add(source.end(), NO_END);
    }
    return Optional.of(root);
  }

  // Also such as the library passes over in silence.
  private void refuseDirectives(int firstLine) {
    for (int line = 1; line < firstLine; line++) {
      var place = new Place(line, 1);
      if (source.characterAt(source.indexOf(place)) == '%') {
        problems.add(place, "directives (%YAML, %TAG) are refused (remove the line)");
      }
    }
  }

  private Node node(Event event, int depth) {
    Place place = place(event);
    if (depth > DEEPEST) {
      problems.add(place, "this is nested deeper than any policy is (the most is " + DEEPEST + ")");
      throw new Stopped();
    }
    if (++nodes > MOST_NODES) {
      problems.add(place, "the document has more than a million keys and values (split it)");
      throw new Stopped();
    }
    refuseIndirection(event, place);
    return switch (event) {
      case ScalarEvent scalar -> scalar(scalar, place);
      case SequenceStartEvent _ -> items(place, depth);
      case MappingStartEvent _ -> entries(place, depth);
      default -> new Node.Refused(place);
    };
  }

  private void refuseIndirection(Event event, Place place) {
    if (event instanceof AliasEvent) {
      problems.add(place, "aliases are refused (write out what '*' stands for)");
    } else if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
      problems.add(place, "anchors are refused (remove the '&' and the name behind it)");
    }
    boolean hasTag =
        switch (event) {
          case ScalarEvent scalar -> scalar.getTag().isPresent();
          case CollectionStartEvent collection -> collection.getTag().isPresent();
          default -> false;
        };
    if (hasTag) {
      problems.add(
          place,
          "tags are refused (remove the '!' and what belongs to it, or put all of it in single quotes)");
    }
  }

  private static Scalar scalar(ScalarEvent event, Place place) {
    Style style =
        switch (event.getScalarStyle()) {
          case PLAIN, JSON_SCALAR_STYLE -> Style.PLAIN;
          case SINGLE_QUOTED -> Style.SINGLE_QUOTED;
          case DOUBLE_QUOTED -> Style.DOUBLE_QUOTED;
          case LITERAL, FOLDED -> Style.BLOCK;
        };
    return new Scalar(place, event.getValue(), style, isFolded(event));
  }

  private static boolean isFolded(ScalarEvent event) {
    return switch (event.getScalarStyle()) {
      case LITERAL -> false;
      case FOLDED -> true;
      case PLAIN, SINGLE_QUOTED, DOUBLE_QUOTED, JSON_SCALAR_STYLE ->
          !event.getStartMark().map(Mark::getLine).equals(event.getEndMark().map(Mark::getLine));
    };
  }

  private Node items(Place place, int depth) {
    var items = new ArrayList<Node>();
    for (Event next = next(); !(next instanceof SequenceEndEvent); next = next()) {
      items.add(node(next, depth + 1));
    }
    return new Node.Items(place, List.copyOf(items));
  }

  private Node entries(Place place, int depth) {
    var entries = new ArrayList<Entry>();
    Map<String, Place> seen = new HashMap<>();
    for (Event next = next(); !(next instanceof MappingEndEvent); next = next()) {
      Node key = node(next, depth + 1);
      Node value = node(next(), depth + 1);
      if (key instanceof Scalar name && isNewKey(name, seen)) {
        entries.add(new Entry(name, value));
      } else if (key instanceof Node.Items || key instanceof Node.Entries) {
        problems.add(key.place(), "a key is text, and this is " + key.words());
      }
    }
    return new Node.Entries(place, List.copyOf(entries));
  }

  private boolean isNewKey(Scalar key, Map<String, Place> seen) {
    if (key.text().equals("<<") && key.style() == Style.PLAIN) {
      problems.add(key.place(), "merge keys are refused (write out what '<<' brings in)");
      return false;
    }
    Place first = seen.putIfAbsent(key.text(), key.place());
    if (first != null) {
      problems.add(
          key.place(),
          "the key %s stands here a second time, after line %d (remove or rename one)"
              .formatted(Printable.quote(key.text()), first.line()));
    }
    return first == null;
  }

  private Place place(Event event) {
    return event.getStartMark().map(NodeReader::place).orElseGet(source::end);
  }

  private static Place place(Mark mark) {
    return new Place(mark.getLine() + 1, mark.getColumn() + 1);
  }
}
