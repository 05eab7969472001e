package io.aegis.server.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.aegis.api.GrantId;
import io.aegis.api.Verdict;
import io.aegis.server.explain.Capture;
import java.util.Optional;

/**
 * A frame and what the datapath says to it.
 *
 * @param where the interface it was asked about
 * @param words what it is
 * @param captured where it comes from; empty if it was described
 * @param verdict the answer; empty if the frame is too short to ask about
 */
record ExplainedFrame(
    String where, String words, Optional<Capture.Frame> captured, Optional<Verdict> verdict) {

  /** Writes a line for people. */
  String text() {
    String number = captured.map(frame -> "%6d  ".formatted(frame.number())).orElse("");
    return "%s%-11s %-18s %-10s %s%s"
        .formatted(
            number,
            verdict.map(ExplainedFrame::word).orElse("dropped"),
            verdict.map(each -> each.reason().name()).orElse("too short"),
            verdict.flatMap(Verdict::grant).map(grant -> "grant " + grant).orElse("on " + where),
            words,
            captured
                .filter(Capture.Frame::isCut)
                .map(frame ->
                    "  (only %d of %d bytes were captured: capture with -s 0)"
                        .formatted(frame.bytes().length, frame.length()))
                .orElse(""));
  }

  private static String word(Verdict verdict) {
    if (verdict.wouldDrop()) {
      return "would drop";
    }
    return verdict.admitted() ? "admitted" : "dropped";
  }

  /** Writes one JSON object on one line, for machines. */
  String json() {
    ObjectNode root = new ObjectMapper().createObjectNode();
    captured.ifPresent(frame ->
        root.put("frame", frame.number())
            .put("captured", frame.bytes().length)
            .put("length", frame.length()));
    root.put("interface", where).put("packet", words);
    verdict.ifPresent(each -> {
      root.put("admitted", each.admitted())
          .put("would_drop", each.wouldDrop())
          .put("reason", each.reason().name())
          .put("why", ReasonWords.of(each.reason()));
      each.grant().map(GrantId::value).ifPresent(id -> root.put("grant", id));
    });
    return root.toString();
  }
}
