package io.aegis.enforcer.xdp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.IpAddress;
import io.aegis.api.Protocol;
import io.aegis.api.Target;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.EnforcerSettings;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.spi.Subscription;
import io.aegis.enforcer.xdp.internal.sys.KernelObjects;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Opens and closes, applies and replaces, over and over; afterwards this process holds what it held
 * before, and the kernel none of what was made. An opening takes about 30 ms of CPU, most of it the
 * verifier's, and a removal waits for the kernel: the ordinary run does some hundreds, and {@code
 * -Daegis.leak.opens=10000} took half an hour on a busy machine.
 */
@Tag("kernel")
class LeakIT {

  private static final int OPENS = Integer.getInteger("aegis.leak.opens", 200);
  private static final int ROUNDS = 10_000;
  private static final int ROOM = 64;

  @RegisterExtension final Scene scene = new Scene("agleak");

  /** What this process holds. */
  private record Held(int owned, int descriptors, long mappings, long threads) {

    static Held now() throws Exception {
      long threads =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().startsWith("aegis-"))
              .count();
      return new Held(
          OwnedFd.openCount(), KernelObjects.descriptors(), KernelObjects.mappings(), threads);
    }

    /**
     * Whether it is no more than that. Fewer descriptors are no leak: what the JDK has left to its
     * collector, such as a file of somebody else's, is closed when that comes by.
     */
    boolean isWithin(Held before) {
      return descriptors <= before.descriptors
          && equals(new Held(before.owned, descriptors, before.mappings, before.threads));
    }
  }

  private EnforcerSettings settings() {
    var usual = Settings.of(scene.instance(), scene.veth().near());
    return new EnforcerSettings(
        usual.instance(),
        usual.interfaces(),
        usual.staticRules(),
        ROOM,
        usual.clock(),
        usual.options());
  }

  /** One of the ways in which an enforcer's life goes. */
  private void live(int way, Set<KernelObjects.Id> made) throws Exception {
    try (Enforcer enforcer =
        way == 1
            ? scene.provider().openUnconfirmed(settings())
            : scene.provider().open(settings())) {
      if (way != 3) {
        enforcer.apply(GrantUpdate.adding(grant(way)));
        Subscription listening = enforcer.events(_ -> {});
        if (way != 2) {
          listening.close(); // else closing the enforcer ends it
        }
      }
      made.addAll(KernelObjects.held());
      if (way != 0) { // what is open is adopted by the next
        enforcer.detach();
      }
    }
  }

  private static Grant grant(long id) {
    return Grant.until(
        new GrantId(id + 1),
        new IpAddress(IpAddress.Family.IPV4, 0, 0x0A4D_0000L + id),
        Target.of(Examples.SERVICE, Protocol.TCP, 443),
        Instant.now().plusSeconds(600));
  }

  @Test
  void openAndClose_againAndAgain_leaveNothing() throws Exception {
    var made = new HashSet<KernelObjects.Id>();
    live(0, made); // what is made once in a process is made
    live(2, made);
    made.clear();
    Held before = Held.now();
    Set<KernelObjects.Id> heldBefore = KernelObjects.held();
    for (int i = 0; i < OPENS; i++) {
      if (i % 100 == 0) {
        made.clear(); // of many, the last ones will do
      }
      live(i % 4, made);
      if (i % 4 != 0) {
        Held now = Held.now();
        assertThat(now.isWithin(before))
            .as("%s after %s openings: %s", before, i + 1, now)
            .isTrue();
        before = now; // so that a leak is not taken for what has been closed meanwhile
        assertThat(scene.pins().directory()).doesNotExist();
      }
    }
    assertThat(KernelObjects.held()).isEqualTo(heldBefore);
    made.removeAll(heldBefore);
    assertThat(made).extracting(KernelObjects.Id::kind).contains("prog_id", "map_id", "link_id");
    for (KernelObjects.Id id : made) {
      Scene.await(id + " is gone", () -> !exists(id)); // the kernel frees after a grace period
    }
  }

  private static boolean isHeld(Held expected) {
    try {
      return Held.now().isWithin(expected);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean exists(KernelObjects.Id id) {
    try {
      return id.exists();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void applyAndReplace_againAndAgain_leaveNothing_andAllTheRoom() throws Exception {
    var random = new Random(1);
    try (Enforcer enforcer = scene.provider().open(settings())) {
      Held before = Held.now();
      Set<KernelObjects.Id> heldBefore = KernelObjects.held();
      List<Grant> wanted = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        if (round % 4 == 3) { // this one waits for the readers of the table, a few milliseconds
          wanted = new ArrayList<>(wanted.subList(0, random.nextInt(wanted.size() + 1)));
          assertThat(enforcer.replace(wanted).failures()).isEmpty();
        } else {
          Grant grant = grant(round);
          if (wanted.size() == ROOM) {
            wanted.removeFirst();
            assertThat(enforcer.replace(wanted).failures()).isEmpty();
          }
          wanted.add(grant);
          assertThat(enforcer.apply(GrantUpdate.adding(grant)).failures()).isEmpty();
        }
        if (round % 500 == 0) {
          assertThat(enforcer.grants()).containsExactlyElementsOf(wanted);
          assertThat(enforcer.activity()).hasSameSizeAs(wanted);
          // The watch of links has a socket for the moment in which it looks.
          Scene.await("nothing more is held after " + (round + 1), () -> isHeld(before));
        }
      }
      assertThat(KernelObjects.held()).isEqualTo(heldBefore);
      List<Grant> full = LongStream.range(0, ROOM).mapToObj(LeakIT::grant).toList();
      assertThat(enforcer.replace(full).failures()).as("no place was lost").isEmpty();
    }
  }
}
