package io.aegis.policy.document;

import java.util.Collection;
import java.util.regex.Pattern;

/** Lines of a document with their indentation. Used by one thread. */
final class YamlLines {
  private static final Pattern FLOW_SAFE = Pattern.compile("[A-Za-z0-9_./+@ -]+");

  private final StringBuilder text = new StringBuilder();
  private String indent = "";

  /** Whether a plain scalar can stand within brackets. */
  static boolean isFlowSafe(String plain) {
    return FLOW_SAFE.matcher(plain).matches();
  }

  void blank() {
    text.append('\n');
  }

  /** Marks the end of the document. */
  void end() {
    line("...");
  }

  /** Sets a key to what is YAML already. */
  void set(String key, String yaml) {
    line(keyLines(key) + " " + yaml);
  }

  /** Sets a key to a text. */
  void text(String key, String value) {
    set(key, YamlText.scalar(value));
  }

  /** Sets a key to a text that may have several lines. */
  void lines(String key, String value) {
    set(key, YamlText.value(value, indent));
  }

  /** Sets a key to a sorted list of texts, if there are any. */
  void texts(String key, Collection<String> values) {
    if (!values.isEmpty()) {
      set(key, DocumentPrinter.sortedFlow(values));
    }
  }

  /** Begins a mapping or list. */
  void open(String key) {
    line(keyLines(key));
    indent += "  ";
  }

  /** Ends what {@link #open} began. */
  void close() {
    indent = indent.substring(2);
  }

  /** Writes a mapping, which may turn out to be empty. */
  void nested(String key, Runnable body) {
    int before = text.length();
    open(key);
    int begin = text.length();
    body.run();
    close();
    if (text.length() == begin) {
      text.setLength(before);
      set(key, "{}");
    }
  }

  /** Writes an item of a list. */
  void item(String yaml) {
    line("- " + yaml);
  }

  /** Writes an item that is a mapping, by its first key and the others. */
  void itemOf(String key, String yaml, Runnable others) {
    line("- " + YamlText.key(key) + " " + yaml);
    indent += "  ";
    others.run();
    close();
  }

  // A long key takes two lines.
  private String keyLines(String key) {
    return YamlText.key(key).replace("\n", "\n" + indent);
  }

  private void line(String line) {
    text.append(indent).append(line).append('\n');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
