package io.aegis.policy.document;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Describes how documents are written, from the same description that reads them. */
public final class DocumentReference {

  private static final String HEAD =
      """
      # The policy document

      <!-- Made by `aegis policy reference`; a test compares. Edit the forms of aegis-policy-document, not this page. -->

      One YAML file holds a policy. [Writing a policy](../guides/writing-a-policy.md) begins at the beginning; this page has every key.
      Editors check and complete it with [policy-document.schema.json](policy-document.schema.json); `aegis policy check FILE` checks all of it.
      What a condition can look at is in [conditions.md](conditions.md).

      It is read strictly. What is unknown, wrong, ambiguous or names what does not exist is an error; all errors are told together, each with
      its line and column, and nothing is loaded. Anchors, aliases, tags, merge keys, directives and further documents in the file are refused, as is
      a file of more than 10 MB, a million keys and values, or 16 levels. **The last line is `...`**: a file that was cut off is no policy.

      Names have 1 to 255 characters, none of them a control character, and letter case counts. In `permit`, `forbid`, `to` and tests a name with
      white space is written in single quotes, with two quotes for one: `role 'night shift'`. Durations are written `500ms`, `30s`, `15m`, `8h`, `7d` or
      `1h30m`. In lists within brackets, targets are written in quotes: the brackets and colons of addresses mean something to YAML.

      Characters that cannot be seen for what they are (white space that is no space, marks that turn the direction of a text or have no width) are
      refused; in double quotes they are written as escapes. A condition on several lines is a block, with `|` behind `when:`. One that begins with `"` or `!` is written in
      single quotes or as a block, since YAML takes these for its own: `when: '"webauthn" in auth.methods'`.
      """;

  private DocumentReference() {}

  /**
   * Returns the reference page.
   *
   * @return Markdown text
   */
  public static String markdown() {
    var text = new StringBuilder(HEAD);
    for (Fields<?> mapping : mappings()) {
      String name = mapping.name();
      text.append("\n## ").append(Character.toUpperCase(name.charAt(0))).append(name.substring(1));
      text.append("\n\n").append(mapping.doc());
      text.append("\n\n| key | value | when absent | meaning |\n| --- | --- | --- | --- |\n");
      mapping.fields().forEach(field -> text.append(row(field)));
    }
    return text.toString();
  }

  private static String row(Field<?> field) {
    return "| `%s` | %s | %s | %s |\n"
        .formatted(
            field.key(),
            field.form().name(),
            field.isRequired() ? "required" : field.whenAbsent(),
            field.doc());
  }

  /** Returns every mapping with known keys, those that hold others first. */
  private static Set<Fields<?>> mappings() {
    var mappings = new LinkedHashSet<Fields<?>>();
    List<Form<?>> open = new ArrayList<>(List.of(DocumentForms.DOCUMENT));
    while (!open.isEmpty()) {
      Form<?> form = open.removeFirst();
      if (form instanceof Fields<?> fields) {
        mappings.add(fields);
      }
      open.addAll(form.parts());
    }
    return mappings;
  }

  /**
   * Returns the JSON Schema (draft 7) that editors hold documents to. Whatever a {@link
   * DocumentReader} reads fits it; not all that fits is read: a schema knows nothing of names that
   * do not exist, of conditions, and of the last line.
   *
   * @return JSON text
   */
  public static String schema() {
    var schema = new LinkedHashMap<String, Object>();
    schema.put("$schema", "http://json-schema.org/draft-07/schema#");
    schema.put("title", "Aegis policy document");
    schema.put("description", DocumentForms.DOCUMENT.doc());
    schema.putAll(DocumentForms.DOCUMENT.schema());
    return JsonText.pretty(schema);
  }
}
