package io.aegis.policy.document;

import io.aegis.policy.ConditionLanguage;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Reads policy documents. Immutable; safe for any number of threads as far as the languages of
 * conditions are.
 *
 * <p>A document is read whole or not at all: whatever is unknown, wrong, ambiguous or names what
 * does not exist is a problem, and with a problem there is no document. It has at most 10 MB, a
 * million keys and values, and 16 levels; anchors, aliases, tags, merge keys, directives and
 * further documents in the same file are refused. Reading takes time in proportion to the length,
 * whatever is written.
 */
public final class DocumentReader {

  /** The longest document, in bytes: 10 MB. */
  public static final int MOST_BYTES = SourceText.MOST_BYTES;

  private final Map<String, ConditionLanguage> languages;

  private DocumentReader(Map<String, ConditionLanguage> languages) {
    this.languages = Map.copyOf(languages);
  }

  /**
   * Returns a reader of documents with conditions in these languages.
   *
   * @param languages the languages; with none, a condition is a problem
   * @return a reader
   * @throws IllegalArgumentException if two have the same name
   */
  public static DocumentReader with(Collection<? extends ConditionLanguage> languages) {
    var byName = new HashMap<String, ConditionLanguage>();
    for (ConditionLanguage language : languages) {
      if (byName.putIfAbsent(language.name(), language) != null) {
        throw new IllegalArgumentException(
            "two condition languages are called '" + language.name() + "'");
      }
    }
    return new DocumentReader(byName);
  }

  /**
   * Returns a reader of documents with conditions in the languages that are installed: the
   * providers of {@link ConditionLanguage} that {@link ServiceLoader} finds. The module {@code
   * aegis-policy-cel} brings CEL.
   *
   * @return a reader
   * @throws IllegalArgumentException if two have the same name
   * @throws java.util.ServiceConfigurationError if a provider cannot be loaded
   */
  public static DocumentReader withInstalledLanguages() {
    return with(
        ServiceLoader.load(ConditionLanguage.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList());
  }

  /**
   * Reads a document.
   *
   * @param bytes the document, in UTF-8; not kept
   * @return the document
   * @throws InvalidDocumentException if anything is wrong; it has every mistake with its place
   */
  public PolicyDocument read(byte[] bytes) throws InvalidDocumentException {
    var problems = new Problems();
    return read(SourceText.of(bytes, problems), problems);
  }

  /**
   * Reads a document.
   *
   * @param text the document
   * @return the document
   * @throws InvalidDocumentException if anything is wrong; it has every mistake with its place
   */
  public PolicyDocument read(String text) throws InvalidDocumentException {
    var problems = new Problems();
    return read(SourceText.of(text, problems), problems);
  }

  private PolicyDocument read(Optional<SourceText> source, Problems problems)
      throws InvalidDocumentException {
    Optional<PolicyDocument> document = source.flatMap(text -> read(text, problems));
    problems.throwIfAny();
    return document.orElseThrow(() -> new AssertionError("no document and no problem"));
  }

  /**
   * Reads a document to the end of a stream, or to one byte more than is allowed.
   *
   * @param stream the document, in UTF-8; the caller closes it
   * @return the document
   * @throws InvalidDocumentException if anything is wrong; it has every mistake with its place
   * @throws IOException if the stream cannot be read
   */
  public PolicyDocument read(InputStream stream) throws InvalidDocumentException, IOException {
    return read(stream.readNBytes(MOST_BYTES + 1));
  }

  /**
   * Reads one test, as it would be written below {@code tests} of a document: a sentence, or a
   * mapping on one line or several.
   *
   * @param text the test
   * @param document what has the users and services that it may name
   * @return the test
   * @throws InvalidDocumentException if anything is wrong; it has every mistake with its place
   */
  public PolicyTest readTest(String text, PolicyDocument document) throws InvalidDocumentException {
    var problems = new Problems();
    Optional<PolicyTest> test =
        SourceText.of(text, problems)
            .flatMap(source ->
                NodeReader.readPart(source, problems)
                    .flatMap(node ->
                        TestForms.EITHER.read(node, new Reading(source, problems, languages))))
            .map(draft -> Assembly.check(draft, document, problems));
    problems.throwIfAny();
    return test.orElseThrow(() -> new AssertionError("no test and no problem"));
  }

  private Optional<PolicyDocument> read(SourceText source, Problems problems) {
    var reading = new Reading(source, problems, languages);
    Optional<Node> root = NodeReader.read(source, problems);
    if (root.isEmpty()) {
      return Optional.empty();
    }
    Optional<Draft> draft = DocumentForms.DOCUMENT.readPartly(root.get(), reading);
    return draft.isPresent() && root.get() instanceof Node.Entries entries
        ? Assembly.of(draft.get(), entries, problems)
        : Optional.empty();
  }
}
