package io.aegis.policy.document;

import java.util.ArrayList;
import java.util.List;

/**
 * Takes a sentence apart: words between white space, and in single quotes what has white space in
 * it, with two quotes for one. Used by one thread.
 */
final class Words {
  private final String sentence;
  private final List<Word> words;
  private int next;

  private Words(String sentence, List<Word> words) {
    this.sentence = sentence;
    this.words = words;
  }

  /**
   * A word.
   *
   * @param text without quotes
   * @param offset where it begins in the sentence
   */
  record Word(String text, int offset) {}

  /**
   * Takes a sentence apart.
   *
   * @throws BadTextException if a quote is not closed
   */
  static Words of(String sentence) throws BadTextException {
    var words = new ArrayList<Word>();
    int at = skipBlanks(sentence, 0);
    while (at < sentence.length()) {
      int end = sentence.charAt(at) == '\'' ? quoteEnd(sentence, at) : wordEnd(sentence, at);
      String written = sentence.substring(at, end);
      words.add(new Word(unquoted(written), at));
      at = skipBlanks(sentence, end);
    }
    return new Words(sentence, words);
  }

  /** Returns a name as it is written in a sentence. */
  static String quote(String name) {
    boolean needsQuotes =
        name.isEmpty() || name.charAt(0) == '\'' || name.chars().anyMatch(Character::isWhitespace);
    return needsQuotes ? "'" + name.replace("'", "''") + "'" : name;
  }

  private static String unquoted(String written) {
    return written.charAt(0) == '\''
        ? written.substring(1, written.length() - 1).replace("''", "'")
        : written;
  }

  private static int quoteEnd(String sentence, int start) throws BadTextException {
    int at = start + 1;
    while (at < sentence.length()) {
      if (sentence.charAt(at) != '\'') {
        at++;
      } else if (at + 1 < sentence.length() && sentence.charAt(at + 1) == '\'') {
        at += 2;
      } else {
        return requireBlank(sentence, at + 1);
      }
    }
    throw new BadTextException(start, "the quote that begins here is not closed");
  }

  private static int requireBlank(String sentence, int at) throws BadTextException {
    if (at < sentence.length() && !Character.isWhitespace(sentence.charAt(at))) {
      throw new BadTextException(
          at, "a space is missing behind the quote (a quote in a name is written twice)");
    }
    return at;
  }

  private static int wordEnd(String sentence, int start) {
    int at = start;
    while (at < sentence.length() && !Character.isWhitespace(sentence.charAt(at))) {
      at++;
    }
    return at;
  }

  private static int skipBlanks(String sentence, int start) {
    int at = start;
    while (at < sentence.length() && Character.isWhitespace(sentence.charAt(at))) {
      at++;
    }
    return at;
  }

  /**
   * Returns the next word.
   *
   * @param what what it is, for a message
   * @throws BadTextException if there is none
   */
  Word next(String what) throws BadTextException {
    if (next == words.size()) {
      throw new BadTextException(sentence.length(), "here " + what + " is missing");
    }
    return words.get(next++);
  }

  /** Takes the next word if it is {@code text}, and returns whether it was. */
  boolean take(String text) {
    boolean isIt = next < words.size() && words.get(next).text().equals(text);
    next += isIt ? 1 : 0;
    return isIt;
  }

  /**
   * Takes the next word, which must be {@code text}.
   *
   * @throws BadTextException if it is another; {@code expected} says what could stand here
   */
  void require(String text, String expected) throws BadTextException {
    Word word = next(expected);
    if (!word.text().equals(text)) {
      throw new BadTextException(
          word.offset(), "expected " + expected + ", found " + Printable.quote(word.text()));
    }
  }

  /**
   * Ends the sentence.
   *
   * @throws BadTextException if there are more words
   */
  void requireEnd() throws BadTextException {
    if (next < words.size()) {
      Word word = words.get(next);
      throw new BadTextException(
          word.offset(),
          "%s is too much here (a name with spaces is written in single quotes)"
              .formatted(Printable.quote(word.text())));
    }
  }
}
