package io.aegis.enforcer.xdp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.Reason;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.xdp.internal.link.Pins;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is not confirmed ends with its process, and what is confirmed does not. */
@Tag("kernel")
class CommitConfirmIT {

  private static final int PORT = 7001;

  @RegisterExtension final Scene scene = new Scene("agtrial");

  private Enforcer openUnconfirmed() {
    return scene.provider().openUnconfirmed(Settings.of(scene.instance(), scene.veth().near()));
  }

  private boolean isFiltered() {
    return Scene.isFiltered(scene.veth().near());
  }

  @Test
  void unconfirmed_enforces_andIsGoneWhenItIsClosed() {
    try (Enforcer enforcer = openUnconfirmed()) {
      enforcer.apply(GrantUpdate.adding(scene.grant(1, PORT)));
      assertThat(enforcer.isConfirmed()).isFalse();
      assertThat(enforcer.health().isGreen()).isTrue();
      assertThat(isFiltered()).isTrue();
      assertThat(scene.reason(enforcer, PORT)).isEqualTo(Reason.GRANT);
      assertThat(scene.reason(enforcer, PORT + 1)).isEqualTo(Reason.NO_GRANT);
      assertThat(scene.pins().directory()).doesNotExist();
    }
    assertThat(isFiltered()).isFalse();
  }

  @Test
  void unconfirmed_detached_isGone() {
    Enforcer enforcer = openUnconfirmed();
    enforcer.detach();
    assertThat(isFiltered()).isFalse();
    enforcer.close();
  }

  @Test
  void unconfirmed_whoseInterfaceReturns_isPutBack_andStillEndsWithItsProcess() {
    try (Enforcer enforcer = openUnconfirmed()) {
      scene.veth().deleteNear();
      scene.veth().recreate();
      Scene.await("protected again", () -> enforcer.health().isGreen());
      assertThat(scene.pins().directory()).doesNotExist();
    }
    assertThat(isFiltered()).isFalse();
  }

  @Test
  void confirmed_outlivesItsHandle_andOpensConfirmed() {
    try (Enforcer enforcer = openUnconfirmed()) {
      enforcer.apply(GrantUpdate.adding(scene.grant(1, PORT)));
      enforcer.confirm();
      assertThat(enforcer.isConfirmed()).isTrue();
      enforcer.confirm();
    }
    assertThat(isFiltered()).isTrue();
    try (Enforcer enforcer = openUnconfirmed()) {
      assertThat(enforcer.isConfirmed()).as("it was before").isTrue();
      assertThat(scene.reason(enforcer, PORT)).isEqualTo(Reason.GRANT);
    }
    assertThat(isFiltered()).isTrue();
  }

  @Test
  void confirm_thatFails_leavesItUnconfirmed() throws Exception {
    Pins pins = scene.pins();
    try (Enforcer enforcer = openUnconfirmed()) {
      // A directory where the link should be pinned: everything before it succeeds.
      Path taken = pins.link(0, scene.veth().near()).path();
      pins.create();
      Files.createDirectory(taken);
      Files.createDirectory(taken.resolve("kept"));
      assertThatThrownBy(enforcer::confirm).isInstanceOf(RuntimeException.class);
      assertThat(enforcer.isConfirmed()).isFalse();
      assertThat(pins.all()).containsExactly(taken);
      Files.delete(taken.resolve("kept"));
      Files.delete(taken);

      enforcer.confirm();
      assertThat(enforcer.isConfirmed()).isTrue();
      assertThat(pins.links()).hasSize(1);
    }
  }

  private Process hold(String... more) throws IOException {
    var veth = scene.veth();
    String[] arguments = {
      scene.instance(), veth.near(), veth.farAddress(), veth.nearAddress(), "7001", "60", more[0]
    };
    return scene.start(HoldOpen.class, arguments);
  }

  @Test
  void killedBeforeItIsConfirmed_leavesTheInterfaceFree() throws Exception {
    Process process = hold(HoldOpen.UNCONFIRMED);
    BufferedReader lines = Scene.linesOf(process);
    assertThat(lines.readLine()).isEqualTo(HoldOpen.READY);
    assertThat(isFiltered()).isTrue();

    Scene.kill(process);

    Scene.await("the kernel has taken the program off", () -> !isFiltered());
    assertThat(scene.pins().directory()).doesNotExist();
  }

  @Test
  void killedAfterItWasConfirmed_leavesTheInterfaceProtected() throws Exception {
    Process process = hold(HoldOpen.UNCONFIRMED);
    BufferedReader lines = Scene.linesOf(process);
    assertThat(lines.readLine()).isEqualTo(HoldOpen.READY);
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
    assertThat(lines.readLine()).isEqualTo(HoldOpen.READY);

    Scene.kill(process);

    assertThat(isFiltered()).isTrue();
    try (Enforcer enforcer = scene.open()) {
      assertThat(scene.reason(enforcer, PORT)).isEqualTo(Reason.GRANT);
    }
  }

  @Test
  void openUnconfirmed_isRefusedForWhatOpenIsRefusedFor() {
    assertThatThrownBy(
            () -> scene.provider().openUnconfirmed(Settings.of(scene.instance(), "absent0")))
        .isInstanceOf(EnforcerException.class)
        .hasMessageContaining("no interface absent0");
  }
}
