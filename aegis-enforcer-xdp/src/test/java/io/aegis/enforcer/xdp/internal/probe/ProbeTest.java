package io.aegis.enforcer.xdp.internal.probe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProbeTest {

  @Test
  void cpus_ofTheKernelsLists_areCounted() {
    assertThat(Cpus.possible("0\n")).isEqualTo(1);
    assertThat(Cpus.possible("0-3\n")).isEqualTo(4);
    assertThat(Cpus.possible("0,2-7\n")).isEqualTo(7);
  }

  @Test
  void privileges_ofRoot_areComplete() {
    assertThat(Privileges.missing("CapEff:\t000001ffffffffff\n")).isEmpty();
  }

  @Test
  void privileges_thatAreMissing_areNamed() {
    assertThat(Privileges.missing("CapEff:\t0000000000000000\n"))
        .containsExactly("CAP_BPF", "CAP_NET_ADMIN", "CAP_PERFMON");
    assertThat(Privileges.missing("CapEff:\t0000008000001000\n")).containsExactly("CAP_PERFMON");
    assertThat(Privileges.missing("no such line")).hasSize(3);
  }

  @Test
  void privileges_withSysAdmin_needNetAdminBeside() {
    assertThat(Privileges.missing("CapEff:\t0000000000200000\n")).containsExactly("CAP_NET_ADMIN");
  }
}
