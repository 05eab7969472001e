package io.aegis.enforcer.xdp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Reason;
import io.aegis.api.StaticRule.Direction;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.Activity;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerException;
import io.aegis.enforcer.spi.EnforcerException.Kind;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.xdp.internal.link.AttachMode;
import io.aegis.enforcer.xdp.internal.link.XdpLink;
import io.aegis.enforcer.xdp.internal.probe.Features;
import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.BpfProg.ProgramCode;
import io.aegis.enforcer.xdp.internal.sys.Bytes;
import io.aegis.enforcer.xdp.internal.sys.FragmentedRun;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Frames that one buffer does not hold. */
@Tag("kernel")
@Timeout(60)
class JumboIT {

  private static final int MTU = 9000;
  private static final int PATIENCE_MILLIS = 20_000;
  private static final int PORT = 7001;
  private static final int XDP_DROP = 1;
  private static final int XDP_PASS = 2;

  @RegisterExtension final Scene scene = new Scene("agjumbo");

  private Grant tcp() {
    return Grant.until(
        new GrantId(1),
        IpAddress.parse(scene.veth().farAddress()),
        Target.of(IpAddress.parse(scene.veth().nearAddress()), Protocol.TCP, PORT),
        Instant.now().plusSeconds(60));
  }

  @Test
  void jumboFrames_ofAGrantedConnection_pass() throws Exception {
    int bytes = 2_000_000;
    scene.veth().setMtu(MTU);
    try (Enforcer enforcer = scene.open();
        var server = new ServerSocket()) {
      enforcer.apply(GrantUpdate.adding(tcp()));
      server.bind(new InetSocketAddress(scene.veth().nearAddress(), PORT));
      server.setSoTimeout(PATIENCE_MILLIS); // an interrupt would not end the wait
      Process sending = scene.veth().sendTcp(PORT, bytes);
      try (Socket socket = server.accept()) {
        socket.setSoTimeout(PATIENCE_MILLIS);
        assertThat(socket.getInputStream().readAllBytes()).hasSize(bytes);
      }
      assertThat(sending.waitFor(10, TimeUnit.SECONDS)).isTrue();
      Activity activity = Objects.requireNonNull(enforcer.activity().get(new GrantId(1)));
      assertThat(activity.bytes()).isGreaterThan(bytes);
      assertThat(activity.bytes() / activity.packets())
          .as("bytes in a frame: more than a page")
          .isGreaterThan(4096);
    }
  }

  /** What the attached program makes of a frame in several buffers. */
  private int arrive(byte[] frame, int first) throws Exception {
    try (XdpLink link = XdpLink.open(scene.pins().links().getFirst().path());
        OwnedFd program = Bpf.openProgram(link.info().programId())) {
      return FragmentedRun.run(program, frame, first);
    }
  }

  @Test
  void headers_beyondTheFirstBuffer_areMalformed_andPayloadThereIsNot() throws Exception {
    byte[] frame = new byte[MTU + 14];
    byte[] head = scene.frame(PORT);
    System.arraycopy(head, 0, frame, 0, head.length);
    frame[16] = (byte) (MTU >>> 8); // the datagram fills the frame
    frame[17] = (byte) MTU;
    int headers = head.length;
    try (Enforcer enforcer = scene.open()) {
      enforcer.apply(GrantUpdate.adding(scene.grant(1, PORT)));
      assertThat(enforcer.explain(scene.veth().near(), frame).reason()).isEqualTo(Reason.GRANT);
      assertThat(arrive(frame, headers)).isEqualTo(XDP_PASS);
      assertThat(Objects.requireNonNull(enforcer.activity().get(new GrantId(1))).bytes())
          .as("the whole frame counts")
          .isEqualTo(frame.length);
      for (int first = 14; first < headers; first++) {
        assertThat(arrive(frame, first)).as("cut after %s bytes", first).isEqualTo(XDP_DROP);
      }
      assertThat(enforcer.counters().packets(Reason.MALFORMED)).isEqualTo(headers - 14);
    }
  }

  @Test
  void kernel_isProbedForFrames_ofSeveralBuffers() throws Exception {
    assertThat(Features.probe().hasFragments()).isTrue();
    assertThat(Features.probe().hasBufferLength()).isTrue();
  }

  @Test
  void programForOneBuffer_onALargeMtu_isRefusedByName() throws Exception {
    scene.veth().setMtu(MTU);
    // r0 = XDP_DROP; exit. Without BPF_F_XDP_HAS_FRAGS, as on a kernel before 5.18.
    byte[] code = HexFormat.of().parseHex("b7000000010000009500000000000000");
    var single =
        new ProgramCode(
            "aegis_single",
            BpfProg.Hook.XDP,
            Bytes.of(code),
            "Dual BSD/GPL",
            0,
            Bytes.EMPTY,
            Bytes.EMPTY);
    try (OwnedFd program = BpfProg.load(single, MemorySegment.NULL);
        Rollback rollback = new Rollback()) {
      var attachment = new Attachment(AttachMode.NATIVE, "testing", rollback);
      var plan =
          InterfacePlan.of(
                  Settings.of(scene.instance(), scene.veth().near()).interfaces(),
                  scene.pins(),
                  "testing")
              .getFirst();
      var gate = new GateProgram(program, program, new Twin(Direction.INGRESS, () -> program));
      assertThatThrownBy(() -> attachment.attach(plan, new InterfacePrograms(gate, null), true))
          .isInstanceOfSatisfying(
              EnforcerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED))
          .hasMessageContainingAll(scene.veth().near(), "MTU of 9000", "native mode");
    }
  }
}
