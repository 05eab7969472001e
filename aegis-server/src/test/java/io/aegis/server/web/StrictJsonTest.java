package io.aegis.server.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
  private static final String BODY =
      "{\"credentials\":{\"username\":\"al\\u00efce\",\"password\":\"pässwörd €\"},\"role_id\":3}";

  private static void refused(ThrowingCallable reading, String message) {
    assertThatThrownBy(reading)
        .isInstanceOfSatisfying(HttpFailure.class, e -> assertThat(e.status()).isEqualTo(400))
        .hasMessageContaining(message);
  }

  private static JsonBody body(String json) {
    return JsonBody.of(
        StrictJson.readObject(json.getBytes(UTF_8)), Set.of("id", "name", "inner"), Set.of("at"));
  }

  @Test
  void readObject_everyTruncation_isRefused() {
    byte[] whole = BODY.getBytes(UTF_8);
    assertThat(StrictJson.readObject(whole).get("role_id").asInt()).isEqualTo(3);
    for (int length = 0; length < whole.length; length++) {
      byte[] part = java.util.Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> StrictJson.readObject(part))
          .as("the first %d bytes", length)
          .isInstanceOfSatisfying(HttpFailure.class, e -> assertThat(e.status()).isEqualTo(400));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "\"text\"",
        "1",
        "{} {}",
        "{}x",
        "{'name':\"x\"}",
        "{name:\"x\"}",
        "{\"name\":\"x\",}",
        "{\"name\":NaN}",
        "{\"id\":01}",
        "{\"id\":+1}",
        "{\"id\":.5}",
        "{\"name\":\"tab\there\"}",
        "// comment\n{}",
        "{\"name\":\"\\x41\"}",
        "\uFEFF{}"
      })
  void readObject_notOneObjectOfStrictJson_isRefused(String json) {
    refused(() -> StrictJson.readObject(json.getBytes(UTF_8)), "body");
  }

  @Test
  void readObject_nameTwice_isRefusedAndSaidSo() {
    refused(
        () -> StrictJson.readObject("{\"name\":\"a\",\"name\":\"b\"}".getBytes(UTF_8)),
        "a field is given twice");
  }

  @Test
  void readObject_otherEncodings_areRefused() {
    String json = "{\"name\":\"größe\"}";
    refused(() -> StrictJson.readObject(json.getBytes(ISO_8859_1)), "not valid UTF-8");
    refused(() -> StrictJson.readObject("{\"name\":\"x\"}".getBytes(UTF_16LE)), "not valid JSON");
    byte[] overlong = {'{', '"', (byte) 0xC0, (byte) 0xAF, '"', ':', '1', '}'};
    refused(() -> StrictJson.readObject(overlong), "not valid UTF-8");
  }

  @Test
  void readObject_deepNesting_isRefused() {
    String deep = "{\"name\":" + "[".repeat(30_000) + "]".repeat(30_000) + "}";
    refused(() -> StrictJson.readObject(deep.getBytes(UTF_8)), "nested too deeply");
  }

  @Test
  void readObject_longNumber_isRefused() {
    String json = "{\"id\":" + "9".repeat(10_000) + "}";
    refused(() -> StrictJson.readObject(json.getBytes(UTF_8)), "too long a number");
  }

  @Test
  void of_unknownFields_namesThemAll() {
    refused(() -> body("{\"zone\":1,\"admin\":true,\"id\":1}"), "unknown field: admin, zone");
  }

  @Test
  void of_hostileFieldName_isShownHarmless() {
    refused(() -> body("{\"\\u001b[31m<script>\":1}"), "unknown field: ?[31m<script>");
    refused(() -> body("{\"" + "n".repeat(5000) + "\":1}"), "n".repeat(64) + "...");
  }

  @Test
  void of_readOnlyField_isIgnoredWhateverItIs() {
    assertThat(body("{\"id\":1,\"at\":{\"odd\":[1]}}").id("id")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "\"1\"",
        "1.0",
        "1e3",
        "0",
        "-1",
        "true",
        "[1]",
        "{}",
        "9223372036854775808"
      })
  void id_anythingButAWholePositiveNumber_isRefusedByName(String value) {
    refused(() -> body("{\"id\":" + value + "}").id("id"), "field id must be a whole number");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "1", "true", "[\"x\"]", "{}"})
  void text_anythingButAString_isRefusedByName(String value) {
    refused(() -> body("{\"name\":" + value + "}").text("name"), "field name must be a string");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\ud800", "\\udc00x", "a\\u0000b", "\\ud83dx"})
  void text_halfACharacterOrNul_isRefusedByName(String escaped) {
    refused(() -> body("{\"name\":\"" + escaped + "\"}").text("name"), "field name has a char");
  }

  @Test
  void text_pairOfSurrogates_isOneCharacter() {
    assertThat(body("{\"name\":\"\\ud83d\\ude00\"}").text("name")).isEqualTo("😀");
  }

  @Test
  void missingAndInner_areNamedWithTheirPath() {
    refused(() -> body("{}").text("name"), "field name is missing");
    refused(() -> body("{\"inner\":3}").object("inner", Set.of("a")), "field inner must be an obj");
    refused(
        () -> body("{\"inner\":{\"b\":1}}").object("inner", Set.of("a")), "unknown field: inner.b");
    refused(
        () -> body("{\"inner\":{}}").object("inner", Set.of("a")).text("a"),
        "field inner.a is missing");
  }

  @Test
  void seconds_nullOrTooLong_areToldApart() {
    assertThat(body("{\"id\":null}").secondsOrNull("id")).isNull();
    assertThat(body("{\"id\":3}").secondsOrNull("id")).hasSeconds(3);
    refused(() -> body("{\"id\":9223372036854775807}").seconds("id"), "field id must be at most");
  }
}
