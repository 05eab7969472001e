package io.aegis.policy.document;

import io.aegis.policy.RecordedRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Recorded requests as text: one JSON object a line, for {@link
 * io.aegis.policy.PolicyEngine#replay}. docs/reference/recorded-requests.md has its keys.
 */
public final class RequestLines {

  /** The most that is read at once, in bytes: 100 MB, which is some 200,000 requests. */
  public static final int MOST_BYTES = 100 * 1024 * 1024;

  private RequestLines() {}

  /**
   * Returns a record as text.
   *
   * @param recorded the request, and how it was decided
   * @return one line, without its end
   */
  public static String format(RecordedRequest recorded) {
    return JsonText.line(RequestForms.json(recorded));
  }

  /**
   * Reads records; lines that are empty are passed over.
   *
   * @param stream the lines, in UTF-8; the caller closes it
   * @return the records, in their order
   * @throws InvalidDocumentException if a line is none, with its place; it has every mistake
   * @throws IOException if the stream cannot be read
   */
  public static List<RecordedRequest> read(InputStream stream)
      throws InvalidDocumentException, IOException {
    var problems = new Problems();
    byte[] bytes = stream.readNBytes(MOST_BYTES + 1);
    var records = new ArrayList<RecordedRequest>();
    if (bytes.length > MOST_BYTES) {
      problems.add(
          Place.START, "there are more than 100 MB of requests, the most that is read (split it)");
    } else {
      read(bytes, records, problems);
    }
    problems.throwIfAny();
    return List.copyOf(records);
  }

  private static void read(byte[] bytes, List<RecordedRequest> records, Problems problems) {
    int line = 1;
    for (int start = 0; start < bytes.length; line++) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      byte[] text = Arrays.copyOfRange(bytes, start, end);
      if (!new String(text, StandardCharsets.ISO_8859_1).isBlank()) {
        readLine(text, problems.ofLine(line)).ifPresent(records::add);
      }
      start = end + 1;
    }
  }

  private static Optional<RecordedRequest> readLine(byte[] text, Problems problems) {
    return SourceText.of(text, problems)
        .flatMap(source ->
            NodeReader.readPart(source, problems)
                .flatMap(node ->
                    RequestForms.RECORD.read(node, new Reading(source, problems, Map.of()))));
  }
}
