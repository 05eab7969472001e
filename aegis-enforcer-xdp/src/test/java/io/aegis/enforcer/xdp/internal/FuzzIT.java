package io.aegis.enforcer.xdp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.enforcer.tck.Fuzz;
import io.aegis.enforcer.xdp.internal.link.Interfaces;
import io.aegis.enforcer.xdp.internal.link.Pins;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code ./aegis fuzz} from end to end, in short. */
@Tag("kernel")
class FuzzIT {

  @Test
  void run_onInterfacesOfItsOwn_comparesAndLeavesNothing() throws Exception {
    int openBefore = OwnedFd.openCount();
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();

    int status = Fuzz.run(List.of("--minutes", "0", "--seed", "3"), to(out), to(err));

    assertThat(status).as(err.toString(StandardCharsets.UTF_8)).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("seed 3", "frames", "all agree")
        .contains("not tried: what counters say", "frames that leave and end in");
    assertThat(OwnedFd.openCount()).isEqualTo(openBefore);
    assertThat(new Pins("fuzz").all()).isEmpty();
    assertThat(Interfaces.list()).noneMatch(each -> each.name().startsWith("aegis-fuzz"));
  }

  private static PrintStream to(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
