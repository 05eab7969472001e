package io.aegis.server.web;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * The fields of a page's form, as {@code application/x-www-form-urlencoded}.
 *
 * @param fields by name
 */
record Form(Map<String, String> fields) {

  /** No form of ours has more. */
  private static final int MAX_FIELDS = 16;

  Form {
    fields = Map.copyOf(fields);
  }

  /**
   * Reads a form.
   *
   * @throws HttpFailure 400 if it is none, names a field twice, or is not UTF-8
   */
  static Form parse(byte[] body) {
    Map<String, String> fields = new HashMap<>();
    String text = new String(body, StandardCharsets.ISO_8859_1);
    for (String pair : text.isEmpty() ? new String[0] : text.split("&", MAX_FIELDS + 1)) {
      int equals = pair.indexOf('=');
      boolean fits = equals > 0 && fields.size() < MAX_FIELDS;
      if (!fits
          || fields.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)))
              != null) {
        throw malformed();
      }
    }
    return new Form(fields);
  }

  private static String decode(String text) {
    ByteBuffer bytes = ByteBuffer.allocate(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        bytes.put(hexByte(text, i + 1));
        i += 2;
      } else {
        bytes.put(c == '+' ? (byte) ' ' : (byte) c);
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw malformed();
    }
  }

  private static byte hexByte(String text, int at) {
    boolean whole =
        at + 2 <= text.length()
            && HexFormat.isHexDigit(text.charAt(at))
            && HexFormat.isHexDigit(text.charAt(at + 1));
    if (!whole) {
      throw malformed();
    }
    return (byte) HexFormat.fromHexDigits(text, at, at + 2);
  }

  private static HttpFailure malformed() {
    return HttpFailure.badRequest("the form is malformed");
  }

  /** Returns a field, or the empty text if the form has none of that name. */
  String field(String name) {
    return fields.getOrDefault(name, "");
  }

  /**
   * Returns an id.
   *
   * @throws HttpFailure 400 if it is absent or no whole number of at least 1
   */
  long id(String name) {
    String text = field(name);
    if (!text.matches("[1-9][0-9]{0,17}")) {
      throw HttpFailure.badRequest("the form is malformed: " + name);
    }
    return Long.parseLong(text);
  }
}
