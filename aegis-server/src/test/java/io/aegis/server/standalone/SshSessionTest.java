package io.aegis.server.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SshSessionTest {

  @Test
  void in_environmentOfALoginShell_findsTheConnection() {
    assertThat(SshSession.in("HOME=/root\0SSH_CONNECTION=192.0.2.9 50000 203.0.113.1 22\0PWD=/\0"))
        .contains("192.0.2.9 50000 203.0.113.1 22");
  }

  @Test
  void in_environmentWithoutIt_isEmpty() {
    assertThat(SshSession.in("HOME=/root\0X_SSH_CONNECTION=1\0")).isEmpty();
    assertThat(SshSession.in("")).isEmpty();
  }
}
