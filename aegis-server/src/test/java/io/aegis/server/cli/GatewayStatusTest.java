package io.aegis.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Reason;
import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.spi.Counters;
import io.aegis.enforcer.spi.Counters.Count;
import io.aegis.enforcer.spi.Health;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class GatewayStatusTest {

  private static GatewayStatus status(Set<Direction> filtered) {
    var count = new Count("out0", Direction.INGRESS, Reason.NO_GRANT, false, 3, 180);
    return new GatewayStatus(
        "gate",
        Instant.EPOCH,
        new Health(List.of()),
        filtered,
        new Counters(List.of(count)),
        List.of(),
        Map.of());
  }

  @Test
  void oneDirection_isSaid() {
    GatewayStatus status = status(Set.of(Direction.INGRESS));
    assertThat(status.text())
        .startsWith("instance gate: in place\n  what leaves is not filtered")
        .contains("Linux 6.6");
    assertThat(status.json(Optional.empty())).contains("\"filtered\" : [ \"ingress\" ]");
  }

  @Test
  void bothDirections_areNothingToSay() {
    GatewayStatus status = status(Set.of(Direction.INGRESS, Direction.EGRESS));
    assertThat(status.text()).startsWith("instance gate: in place\n\n");
    assertThat(status.json(Optional.empty()))
        .contains("\"filtered\" : [ \"egress\", \"ingress\" ]");
  }
}
