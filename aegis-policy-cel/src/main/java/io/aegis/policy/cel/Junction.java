package io.aegis.policy.cel;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * Several parts joined by {@code &&}, or by {@code ||}. One decisive part decides: a false one of
 * {@code &&}, a true one of {@code ||}, whatever the others come to, and so also where they are
 * unknown. This is CEL's own logic, which is the same in any order.
 *
 * <p>Decided that way, it stays so as long as the last of the decisive parts does. Otherwise every
 * part had its say, and it stays as long as none of them changes.
 */
final class Junction implements Node {

  private final Truth decisive;
  private final Node[] parts;
  private final boolean timeless;

  private Junction(Truth decisive, List<Node> parts) {
    this.decisive = decisive;
    // Those first that can settle it for good: the others are then not even looked at.
    this.parts =
        parts.stream()
            .sorted(Comparator.comparing(part -> !part.isTimeless()))
            .toArray(Node[]::new);
    this.timeless = parts.stream().allMatch(Node::isTimeless);
  }

  static Node and(List<Node> parts) {
    return new Junction(Truth.FALSE, parts);
  }

  static Node or(List<Node> parts) {
    return new Junction(Truth.TRUE, parts);
  }

  @Override
  public Truth evaluate(Moment moment) {
    Truth result = decisive.negated();
    Instant until = Instant.MAX;
    String problem = "";
    for (Node part : parts) {
      Truth truth = part.evaluate(moment);
      if (truth == decisive) {
        if (result != decisive || moment.until().isAfter(until)) {
          until = moment.until();
        }
        result = decisive;
        if (until.equals(Instant.MAX)) {
          break;
        }
      } else if (result != decisive) {
        until = moment.until().isBefore(until) ? moment.until() : until;
        if (truth == Truth.UNKNOWN && result != Truth.UNKNOWN) {
          result = Truth.UNKNOWN;
          problem = moment.problem();
        }
      }
    }
    moment.problem(problem);
    moment.until(until);
    return result;
  }

  @Override
  public boolean isTimeless() {
    return timeless;
  }
}
