package io.aegis.policy.document;

import java.util.List;

/** A part of a document as it was written, before anything is made of it. */
sealed interface Node {

  /** Returns where it begins. */
  Place place();

  /** Returns what it is, in words, for a message about something else being expected. */
  String words();

  /**
   * Text.
   *
   * @param text what was written, without quotes and escapes
   * @param style how it was written
   * @param isFolded whether YAML made one line of several
   */
  record Scalar(Place place, String text, Style style, boolean isFolded) implements Node {
    @Override
    public String words() {
      return style != Style.PLAIN
          ? "the text " + Printable.quote(text)
          : PlainKind.of(text).words(text);
    }

    boolean isText() {
      return style != Style.PLAIN || PlainKind.of(text) == PlainKind.TEXT;
    }
  }

  /** How a scalar is written. */
  enum Style {
    /** As it is: what looks like a number is one. */
    PLAIN,
    /** In single quotes. */
    SINGLE_QUOTED,
    /** In double quotes, with escapes. */
    DOUBLE_QUOTED,
    /** As a block below the key. */
    BLOCK
  }

  /** A list. */
  record Items(Place place, List<Node> items) implements Node {
    @Override
    public String words() {
      return "a list";
    }
  }

  /** A mapping, without a key that stands there twice. */
  record Entries(Place place, List<Entry> entries) implements Node {
    @Override
    public String words() {
      return "a mapping";
    }
  }

  /** A key of a mapping and what it is set to. */
  record Entry(Scalar key, Node value) {}

  /** Something of which a problem has been told already. */
  record Refused(Place place) implements Node {
    @Override
    public String words() {
      return "what cannot be read";
    }
  }
}
