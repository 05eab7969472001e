package io.aegis.enforcer.xdp.internal;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.GrantUpdate;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A process that changes grants without end until it is killed. It says what it is about to do
 * before each update ({@code try +3 -7}) and that it is done afterwards ({@code done}).
 */
final class Churn {

  static final int IDS = 200;

  private Churn() {}

  /** The grant of an id; the same in every process but for its expiry. */
  static Grant grant(int id) {
    var client = new IpAddress(IpAddress.Family.IPV4, 0, 0x0A4D_4000L + id / 3);
    Target exact = Target.of(Examples.SERVICE, Protocol.TCP, 443);
    Target target = id % 2 == 0 ? Examples.WIDE : exact;
    Instant expiry = Instant.now().plusSeconds(600);
    return Grant.until(new GrantId(id), client, target, expiry);
  }

  /** Arguments: instance, interface, seed. */
  public static void main(String[] args) {
    var random = new Random(Long.parseLong(args[2]));
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Enforcer enforcer = new XdpEnforcerProvider().open(Settings.of(args[0], args[1]));
    while (!out.checkError()) {
      var words = new StringBuilder("try");
      List<GrantId> removes = new ArrayList<>();
      List<Grant> upserts = new ArrayList<>();
      for (int id = 1; id <= IDS; id++) {
        switch (random.nextInt(10)) {
          case 0 -> {
            removes.add(new GrantId(id));
            words.append(" -").append(id);
          }
          case 1, 2 -> {
            upserts.add(grant(id));
            words.append(" +").append(id);
          }
          default -> {}
        }
      }
      out.println(words);
      var result = enforcer.apply(new GrantUpdate(removes, upserts, List.of()));
      out.println(result.failures().isEmpty() ? "done" : result.failures().getFirst().message());
    }
  }
}
