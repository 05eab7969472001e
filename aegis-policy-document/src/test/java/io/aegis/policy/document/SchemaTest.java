package io.aegis.policy.document;

import static io.aegis.policy.document.Documents.WHOLE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The schema for editors, held to what is read by somebody else's validator. */
final class SchemaTest {

  private static final Path FOLDER = Path.of("../docs/reference");
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
          .getSchema(DocumentReference.schema());

  @Test
  void schema_checkedIn_isTheOneThatIsMade() throws Exception {
    assertThat(FOLDER.resolve("policy-document.schema.json"))
        .as("made by: ./aegis policy schema")
        .content()
        .isEqualTo(DocumentReference.schema());
  }

  @Test
  void page_checkedIn_isTheOneThatIsMade() throws Exception {
    assertThat(FOLDER.resolve("policy-document.md"))
        .as("made by: ./aegis policy reference")
        .content()
        .isEqualTo(DocumentReference.markdown());
  }

  @Test
  void schema_ofAWholeDocument_hasNothingToSay() {
    assertThat(validate(WHOLE)).isEmpty();
  }

  @Test
  void schema_ofTheExample_hasNothingToSay() throws Exception {
    Path example = Path.of("../examples/policy/office.yaml");
    assertThat(validate(Files.readString(example))).isEmpty();
  }

  @Test
  void schema_ofMistakes_findsThem() {
    assertThat(validate("format: 2\n")).hasSize(1);
    assertThat(validate("format: 1\nrulse: {}\n")).hasSize(1);
    assertThat(validate("format: 1\nrules: {a: {to: service x}}\n")).isNotEmpty();
    assertThat(validate("format: 1\nrules: {a: {permit: x, to: service x}}\n")).hasSize(1);
    assertThat(
            validate("format: 1\nservices: {a: {targets: [tpc 1.2.3.4:5], lifetime: {hard: 1h}}}"))
        .hasSize(1);
    assertThat(validate("format: 1\nservices: {a: {targets: [], lifetime: {hard: 1 hour}}}"))
        .hasSize(1);
  }

  @Test
  void schema_isNeverStricterThanTheReader() {
    List<String> lines = WHOLE.lines().toList();
    var random = new Random(3);
    int accepted = 0;
    for (int round = 0; round < 3_000; round++) {
      var changed = new ArrayList<>(lines);
      for (int i = random.nextInt(3); i >= 0; i--) {
        changed.remove(random.nextInt(changed.size() - 1));
      }
      String text = String.join("\n", changed);
      if (Documents.problems(text.getBytes(StandardCharsets.UTF_8)).isEmpty()) {
        accepted++;
        assertThat(validate(text)).as(text).isEmpty();
      }
    }
    assertThat(accepted).isGreaterThan(100);
  }

  private static Set<ValidationMessage> validate(String text) {
    var problems = new Problems();
    Node node =
        SourceText.of(text.getBytes(StandardCharsets.UTF_8), problems)
            .flatMap(source -> NodeReader.readPart(source, problems))
            .orElseThrow();
    return SCHEMA.validate(json(node));
  }

  /** Returns what an editor makes of it. */
  private static JsonNode json(Node node) {
    return switch (node) {
      case Node.Scalar(_, String text, Node.Style style, _) ->
          style == Node.Style.PLAIN ? plain(text) : JSON.textNode(text);
      case Node.Items(_, List<Node> items) -> {
        var array = JSON.arrayNode();
        items.forEach(item -> array.add(json(item)));
        yield array;
      }
      case Node.Entries(_, List<Node.Entry> entries) -> {
        var object = JSON.objectNode();
        entries.forEach(entry -> object.set(entry.key().text(), json(entry.value())));
        yield object;
      }
      case Node.Refused _ -> throw new AssertionError("refused");
    };
  }

  private static JsonNode plain(String text) {
    return switch (PlainKind.of(text)) {
      case NOTHING -> JSON.nullNode();
      case TRUTH -> JSON.booleanNode(Boolean.parseBoolean(text));
      case WHOLE_NUMBER -> JSON.numberNode(Long.decode(text));
      case FRACTION -> JSON.numberNode(Double.parseDouble(text));
      case TEXT -> JSON.textNode(text);
    };
  }
}
