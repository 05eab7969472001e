package io.aegis.enforcer.xdp.internal;

import static io.aegis.enforcer.xdp.internal.Frames.SYN;
import static io.aegis.enforcer.xdp.internal.Frames.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.PortRange;
import io.aegis.api.Prefix;
import io.aegis.api.Protocol;
import io.aegis.api.Reason;
import io.aegis.api.Target;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.GrantUpdate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Java and the program agree about where every grant stands: one hash, one table, two languages.
 */
@Tag("kernel")
class TableParityIT {

  private static final int GRANTS = 3000;

  private final Random random = new Random(3);

  private IpAddress address(boolean isIpv4) {
    return isIpv4
        ? new IpAddress(IpAddress.Family.IPV4, 0, random.nextLong() & 0xFFFF_FFFFL)
        : new IpAddress(
            IpAddress.Family.IPV6, random.nextLong() | 0x2000_0000_0000_0000L, random.nextLong());
  }

  private static byte[] frame(Grant grant) {
    byte[] segment = Frames.tcp(40_000, grant.target().ports().first(), SYN);
    byte[] client = grant.client().bytes();
    byte[] service = grant.target().prefix().address().bytes();
    if (client.length == 16) {
      return Frames.ipv6Frame(Frames.ipv6(TCP, 64, client, service, segment));
    }
    byte[] packet = Frames.ipv4(TCP, segment);
    System.arraycopy(client, 0, packet, 12, 4);
    System.arraycopy(service, 0, packet, 16, 4);
    return Frames.ipv4Frame(packet);
  }

  /** A target that covers an address and a port, of one of many widths. */
  private Target around(IpAddress address, int port) {
    boolean isIpv4 = address.family() == IpAddress.Family.IPV4;
    int length = isIpv4 ? 8 * random.nextInt(5) : 16 * random.nextInt(9);
    byte[] bytes = address.bytes();
    Arrays.fill(bytes, length / 8, bytes.length, (byte) 0);
    PortRange ports =
        switch (random.nextInt(3)) {
          case 0 -> PortRange.ANY;
          case 1 -> new PortRange(port - random.nextInt(port), Math.min(port + 70, 65_535));
          default -> PortRange.of(port);
        };
    return new Target(new Prefix(IpAddress.of(bytes), length), Protocol.TCP, ports);
  }

  @Test
  void everyWideGrant_isFoundByTheProgram_andNoStrangerIs() throws Exception {
    try (var programs = new Programs(GRANTS)) {
      List<Grant> grants = new ArrayList<>();
      List<byte[]> frames = new ArrayList<>();
      for (int id = 1; id <= GRANTS; id++) {
        boolean isIpv4 = random.nextBoolean();
        var exact = Target.of(address(isIpv4), Protocol.TCP, 1 + random.nextInt(65_535));
        var client = address(isIpv4);
        var until = programs.clock.now().plusSeconds(600);
        frames.add(frame(Grant.until(new GrantId(id), client, exact, until)));
        Target target = around(exact.prefix().address(), exact.ports().first());
        grants.add(Grant.until(new GrantId(id), client, target, until));
      }
      var update = new GrantUpdate(List.of(), grants, List.of());
      assertThat(programs.grants.apply(update).failures()).isEmpty();

      for (int i = 0; i < GRANTS; i++) {
        byte[] frame = frames.get(i);
        Grant grant = grants.get(i);
        assertThat(programs.explain(frame))
            .as("%s", grant)
            .isEqualTo(new Verdict(true, Reason.GRANT, grant.id()));
        int clientEnd = frame[12] == 8 ? 29 : 37;
        byte[] stranger = Frames.with(frame, clientEnd, frame[clientEnd] ^ 1);
        assertThat(programs.explain(stranger).admitted()).as("%s", grant).isFalse();
      }
      assertThat(programs.reader.grants()).isEqualTo(grants);
    }
  }

  @Test
  void everyGrant_isFoundByTheProgram_andNoStrangerIs() throws Exception {
    try (var programs = new Programs(GRANTS)) {
      List<Grant> grants = new ArrayList<>();
      for (int id = 1; id <= GRANTS; id++) {
        boolean isIpv4 = random.nextBoolean();
        Target target = Target.of(address(isIpv4), Protocol.TCP, 1 + random.nextInt(65_535));
        grants.add(
            Grant.until(
                new GrantId(id), address(isIpv4), target, programs.clock.now().plusSeconds(600)));
      }
      var update = new GrantUpdate(List.of(), grants, List.of());
      assertThat(programs.grants.apply(update).failures()).isEmpty();

      for (Grant grant : grants) {
        byte[] frame = frame(grant);
        assertThat(programs.explain(frame)).isEqualTo(new Verdict(true, Reason.GRANT, grant.id()));
        byte[] stranger = Frames.with(frame, frame.length - 18, frame[frame.length - 18] ^ 1);
        assertThat(programs.explain(stranger).reason()).isEqualTo(Reason.NO_GRANT);
      }
      assertThat(programs.reader.grants()).isEqualTo(grants);
    }
  }
}
