package io.aegis.examples.nftables;

import com.fasterxml.jackson.databind.JsonNode;
import io.aegis.api.EnforcementMode;
import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A grant as an element: its key is the client and the target, its comment everything else. Numbers
 * are to base 36, since a comment has at most 127 characters.
 */
final class GrantNote {
  private static final int BASE = 36;
  private static final String NONE = "-";
  private static final int PARTS = 5;

  private GrantNote() {}

  static String of(Grant grant) {
    return String.join(
        " ",
        Long.toString(grant.id().value(), BASE),
        instant(grant.hardExpiry()),
        instant(grant.softExpiry()),
        grant.idleLimit().map(idle -> Long.toString(idle.toMillis(), BASE)).orElse(NONE),
        grant.needsLease() ? "lease" : NONE);
  }

  /**
   * Reads an element.
   *
   * @throws IllegalArgumentException if it was not written by {@link #of}
   */
  static Grant read(Lane lane, JsonNode element) {
    JsonNode key = element.path("val").path("concat");
    String comment = element.path("comment").asText();
    String[] parts = comment.split(" ", -1);
    if (parts.length != PARTS) {
      throw new IllegalArgumentException("not the comment of a grant: '" + comment + "'");
    }
    return new Grant(
        new GrantId(Long.parseLong(parts[0], BASE)),
        lane.client(key),
        lane.target(key),
        instant(parts[1]),
        instant(parts[2]),
        idle(parts[3]),
        EnforcementMode.ENFORCE,
        parts[4].equals("lease"));
  }

  private static @Nullable Duration idle(String text) {
    return text.equals(NONE) ? null : Duration.ofMillis(Long.parseLong(text, BASE));
  }

  /** Seconds and milliseconds apart: the milliseconds since 1970 of the last instant overflow. */
  private static String instant(Instant instant) {
    return Long.toString(instant.getEpochSecond(), BASE)
        + "."
        + Integer.toString(instant.getNano() / 1_000_000, BASE);
  }

  private static Instant instant(String text) {
    int point = text.indexOf('.');
    return Instant.ofEpochSecond(
        Long.parseLong(text.substring(0, point), BASE),
        Long.parseLong(text.substring(point + 1), BASE) * 1_000_000);
  }
}
