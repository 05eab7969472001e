package io.aegis.server.web;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a client gets.
 *
 * @param status the HTTP status
 * @param contentType what the body is
 * @param body the body; never changed after it was handed in
 * @param headers further headers, in order; a name may occur twice
 */
@SuppressWarnings("ArrayRecordComponent") // made and sent once, never compared
record Answer(int status, String contentType, byte[] body, List<Header> headers) {

  /**
   * A header line.
   *
   * @param name its name
   * @param value its value
   */
  record Header(String name, String value) {}

  Answer {
    headers = List.copyOf(headers);
  }

  static Answer json(int status, JsonNode node) {
    return new Answer(status, "application/json", StrictJson.write(node), List.of());
  }

  static Answer sentence(String sentence) {
    return text(200, "text/plain; charset=utf-8", sentence);
  }

  static Answer html(int status, String page) {
    return text(status, "text/html; charset=utf-8", page);
  }

  /** Sends the browser to another page, to be got with GET. */
  static Answer seeOther(String path) {
    return text(303, "text/plain; charset=utf-8", "").with("Location", path);
  }

  /** Says what was wrong. */
  static Answer failure(HttpFailure failure) {
    return json(failure.status(), failure.toJson()).withAll(failure.headers());
  }

  private static Answer text(int status, String contentType, String text) {
    return new Answer(status, contentType, text.getBytes(StandardCharsets.UTF_8), List.of());
  }

  Answer with(String name, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new Answer(status, contentType, body, more);
  }

  Answer withAll(Map<String, String> more) {
    Answer answer = this;
    for (var header : more.entrySet()) {
      answer = answer.with(header.getKey(), header.getValue());
    }
    return answer;
  }

  Answer withCookies(List<String> cookies) {
    Answer answer = this;
    for (String cookie : cookies) {
      answer = answer.with("Set-Cookie", cookie);
    }
    return answer;
  }
}
