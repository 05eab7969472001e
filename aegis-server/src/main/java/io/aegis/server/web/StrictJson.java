package io.aegis.server.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads and writes JSON. Reading is as RFC 8259 says and no more: UTF-8 without a mark, one
 * document, no name twice in an object, at most {@value #MAX_DEPTH} levels. Safe for any number of
 * threads.
 */
final class StrictJson {

  /** Valid bodies have two levels. */
  static final int MAX_DEPTH = 8;

  /** Longer than any number that has a meaning here; parsing longer ones only costs time. */
  private static final int MAX_NUMBER_LENGTH = 64;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(MAX_NUMBER_LENGTH)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private StrictJson() {}

  /** Returns a new, empty object to be answered. */
  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** Returns a new, empty list to be answered. */
  static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  /** Returns the bytes of a document. */
  static byte[] write(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree is always JSON", e);
    }
  }

  /**
   * Reads an object.
   *
   * @throws HttpFailure 400 if the bytes are anything else
   */
  static ObjectNode readObject(byte[] body) {
    JsonNode node = read(decode(body));
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw HttpFailure.badRequest("the body must be a JSON object");
  }

  // Decoded before parsing: the parser would guess UTF-16 and UTF-32, and mend some bad bytes.
  private static String decode(byte[] body) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw HttpFailure.badRequest("the body is not valid UTF-8");
    }
  }

  private static JsonNode read(String text) {
    try (JsonParser parser = MAPPER.createParser(text)) {
      return MAPPER.readTree(parser);
    } catch (StreamConstraintsException e) {
      throw HttpFailure.badRequest("the JSON body is nested too deeply or has too long a number");
    } catch (JsonProcessingException e) {
      throw HttpFailure.badRequest("the body is not valid JSON" + place(e) + reason(e));
    } catch (java.io.IOException e) {
      throw new AssertionError("reading from memory does not fail", e);
    }
  }

  private static String place(JsonProcessingException e) {
    return e.getLocation() == null
        ? ""
        : " (line "
            + e.getLocation().getLineNr()
            + ", column "
            + e.getLocation().getColumnNr()
            + ")";
  }

  // The parser's own words quote the input; only the one mistake that needs naming is told.
  private static String reason(JsonProcessingException e) {
    String message = e.getOriginalMessage();
    return message != null && message.startsWith("Duplicate") ? ": a field is given twice" : "";
  }
}
