package io.aegis.enforcer.xdp.internal.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AbiTest {

  @Test
  void numbers_ofBothArchitectures_areKnown() {
    assertThat(Abi.of("Linux", "amd64").bpf()).isEqualTo(321);
    assertThat(Abi.of("Linux", "aarch64").bpf()).isEqualTo(280);
  }

  @Test
  void numbers_ofAnyOtherMachine_areRefused() {
    assertThatThrownBy(() -> Abi.of("Linux", "riscv64")).hasMessageContaining("riscv64");
    assertThatThrownBy(() -> Abi.of("Mac OS X", "aarch64")).hasMessageContaining("Mac OS X");
  }
}
