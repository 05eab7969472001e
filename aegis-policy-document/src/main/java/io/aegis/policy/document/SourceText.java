package io.aegis.policy.document;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/** The characters of a document, and where each of them stands. Immutable. */
final class SourceText {

  /** What a policy needs, many times over; the bound keeps a mistaken file from filling memory. */
  static final int MOST_BYTES = 10 * 1024 * 1024;

  static final String TOO_LONG =
      "the document is longer than 10 MB, which is the most that is read (split it)";

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final String text;
  // One for each character, so that a place is found in a line of any length without counting.
  private final int[] characters;
  private final int[] lineStarts;

  private SourceText(String text) {
    this.text = text;
    this.characters = text.codePoints().toArray();
    this.lineStarts =
        IntStream.concat(
                IntStream.of(0),
                IntStream.range(0, characters.length).filter(this::endsLine).map(i -> i + 1))
            .toArray();
  }

  // A line ends as in YAML 1.2: line feed, carriage return, or both.
  private boolean endsLine(int i) {
    int c = characters[i];
    return c == '\n' || (c == '\r' && characterAt(i + 1) != '\n');
  }

  /** Returns the characters of a document, or reports why they are none. */
  static Optional<SourceText> of(byte[] bytes, Problems problems) {
    if (bytes.length > MOST_BYTES) {
      problems.add(Place.START, TOO_LONG);
      return Optional.empty();
    }
    CharBuffer chars = CharBuffer.allocate(bytes.length);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), chars, true);
    var source = new SourceText(withoutMark(chars.flip().toString()));
    if (result.isError()) {
      problems.add(source.end(), "this is no UTF-8 text from here on (save the file as UTF-8)");
      return Optional.empty();
    }
    return source.checked(problems);
  }

  /** Returns the characters of a text, or reports why they are none. */
  static Optional<SourceText> of(String text, Problems problems) {
    // Each character takes a byte at least; halves of characters would be lost as bytes.
    if (text.length() > MOST_BYTES) {
      problems.add(Place.START, TOO_LONG);
      return Optional.empty();
    }
    return new SourceText(withoutMark(text)).checked(problems);
  }

  private static String withoutMark(String text) {
    return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
  }

  private Optional<SourceText> checked(Problems problems) {
    for (int i = 0; i < characters.length; i++) {
      if (!isText(characters[i])) {
        problems.add(
            placeAt(i),
            "character U+%04X cannot be seen for what it is (remove it, or write it as an escape in double quotes)"
                .formatted(characters[i]));
        return Optional.empty();
      }
    }
    return Optional.of(this);
  }

  // Fewer than YAML 1.2 allows (section 5.1): what a reviewer cannot see is written as an escape.
  private static boolean isText(int c) {
    return c == '\t' || c == '\n' || c == '\r' || !Printable.isUnfit(c);
  }

  String text() {
    return text;
  }

  /** Returns how many characters there are; one outside the basic plane counts once. */
  int length() {
    return characters.length;
  }

  /** Returns the character at an index, or 0 behind the last one. */
  int characterAt(int index) {
    return index < characters.length ? characters[index] : 0;
  }

  /** Returns where the character at an index stands. */
  Place placeAt(int index) {
    int found = Arrays.binarySearch(lineStarts, index);
    int line = found >= 0 ? found : -found - 2;
    return new Place(line + 1, index - lineStarts[line] + 1);
  }

  /** Returns the place behind the last character. */
  Place end() {
    return placeAt(characters.length);
  }

  /** Returns what stands before a place in its line. */
  String before(Place place) {
    int start = lineStarts[Math.min(place.line(), lineStarts.length) - 1];
    int end = Math.clamp(start + place.column() - 1L, start, characters.length);
    return new String(characters, start, end - start);
  }

  /** Whether a line above a place consists of a text and white space. */
  boolean hasLineBefore(Place place, String line) {
    return text.lines()
        .limit(place.line() - 1L)
        .anyMatch(each -> each.stripTrailing().equals(line));
  }

  /** Returns the index of the character at a place of this text. */
  int indexOf(Place place) {
    return lineStarts[place.line() - 1] + place.column() - 1;
  }
}
