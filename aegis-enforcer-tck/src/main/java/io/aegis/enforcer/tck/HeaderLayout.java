package io.aegis.enforcer.tck;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the named fields of a header are.
 *
 * @param fields each field by its name, in wire order
 * @param bits the length of all of them
 */
record HeaderLayout(Map<String, Field> fields, int bits) {

  /**
   * A field.
   *
   * @param first its first bit, counted from the most significant one of the first byte
   * @param width how many bits it has
   */
  record Field(int first, int width) {
    void write(byte[] header, long value) {
      for (int bit = 0; bit < width; bit++) {
        if (((value >>> (width - 1 - bit)) & 1) != 0) {
          int at = first + bit;
          header[at / 8] |= (byte) (0x80 >>> at % 8);
        }
      }
    }
  }

  /** Reads {@code "name:bits name:bits"}; empty for no field. */
  static HeaderLayout of(String text) {
    var fields = new LinkedHashMap<String, Field>();
    int at = 0;
    for (String field : text.isEmpty() ? new String[0] : text.split(" ", -1)) {
      int colon = field.indexOf(':');
      int width = Integer.parseInt(field.substring(colon + 1));
      fields.put(field.substring(0, colon), new Field(at, width));
      at += width;
    }
    return new HeaderLayout(fields, at);
  }
}
