package io.aegis.api;

/** Writes IPv6 addresses as RFC 5952 section 4 asks: lower case, longest run of zeros cut once. */
final class Ipv6Text {
  private Ipv6Text() {}

  static String of(long high, long low) {
    int[] groups = new int[8];
    for (int i = 0; i < 4; i++) {
      groups[i] = (int) (high >>> (48 - 16 * i)) & 0xFFFF;
      groups[4 + i] = (int) (low >>> (48 - 16 * i)) & 0xFFFF;
    }
    Run run = longestRunOfZeros(groups);
    var text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == run.start) {
        text.append("::");
        i += run.length - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }

  /** A run of zero groups; {@code start} is 8, beyond the last group, when there is none. */
  private record Run(int start, int length) {}

  private static Run longestRunOfZeros(int[] groups) {
    var longest = new Run(8, 1); // a single zero group is not cut
    int start = 0;
    for (int i = 0; i <= 8; i++) {
      if (i < 8 && groups[i] == 0) {
        continue;
      }
      if (i - start > longest.length) {
        longest = new Run(start, i - start);
      }
      start = i + 1;
    }
    return longest;
  }
}
