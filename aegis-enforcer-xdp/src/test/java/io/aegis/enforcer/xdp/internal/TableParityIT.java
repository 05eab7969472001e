package io.aegis.enforcer.xdp.internal;

import static io.aegis.enforcer.xdp.internal.Frames.SYN;
import static io.aegis.enforcer.xdp.internal.Frames.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Reason;
import io.aegis.api.Target;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.GrantUpdate;
import java.util.ArrayList;
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
