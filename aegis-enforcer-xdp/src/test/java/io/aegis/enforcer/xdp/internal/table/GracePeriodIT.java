package io.aegis.enforcer.xdp.internal.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Both ways to wait for running programs; the second is for kernels with full-dynticks CPUs. */
@Tag("kernel")
class GracePeriodIT {

  @Test
  void await_byMembarrier_isAccepted() throws Exception {
    new GracePeriod().await();
  }

  @Test
  void await_byMapInMap_isAcceptedAndLeavesNothingOpen() throws Exception {
    int before = OwnedFd.openCount();

    GracePeriod.awaitByMapInMap();

    assertThat(OwnedFd.openCount()).isEqualTo(before);
  }
}
