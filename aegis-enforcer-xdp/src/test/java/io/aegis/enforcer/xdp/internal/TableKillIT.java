package io.aegis.enforcer.xdp.internal;

import static io.aegis.enforcer.xdp.internal.Frames.SYN;
import static io.aegis.enforcer.xdp.internal.Frames.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.Reason;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.GrantUpdate;
import java.io.BufferedReader;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Kills a process at random points of its updates. What it has been told to be done holds, what it
 * had begun holds in parts, and whoever opens next goes on from there.
 */
@Tag("kernel")
class TableKillIT {

  private static final int KILLS = 5;
  private static final int FORBIDDEN = 7002;

  private final Random random = new Random();
  private final Set<Integer> certain = new HashSet<>();
  private final Set<Integer> unsure = new HashSet<>();

  @RegisterExtension final Scene scene = new Scene("agkill");

  /** Lets a process run through some updates and kills it in the middle of one. */
  private void churnAndKill(long seed) throws Exception {
    Process process =
        scene.start(Churn.class, scene.instance(), scene.veth().near(), Long.toString(seed));
    BufferedReader lines = Scene.linesOf(process);
    int last = 1 + random.nextInt(12);
    String trying = "";
    for (int updates = 0; updates < last; ) {
      String line = lines.readLine();
      assertThat(line).as("what the process says").isNotNull();
      updates += note(line, trying);
      trying = line;
    }
    process.toHandle().destroyForcibly(); // unlike the process itself it leaves the stream open
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      note(line, trying);
      trying = line;
    }
    process.waitFor();
    if (trying.startsWith("try")) {
      ids(trying, '+').forEach(unsure::add);
      ids(trying, '-').forEach(unsure::add);
    }
  }

  /** Takes a line in; 1 if it ends an update. */
  private int note(String line, String trying) {
    if (line.startsWith("try")) {
      return 0;
    }
    assertThat(line).isEqualTo("done");
    certain.removeAll(ids(trying, '-'));
    certain.addAll(ids(trying, '+'));
    unsure.removeAll(ids(trying, '-'));
    unsure.removeAll(ids(trying, '+'));
    return 1;
  }

  private static Set<Integer> ids(String trying, char sign) {
    var ids = new HashSet<Integer>();
    for (String word : trying.split(" ", -1)) {
      if (!word.isEmpty() && word.charAt(0) == sign) {
        ids.add(Integer.parseInt(word.substring(1)));
      }
    }
    return ids;
  }

  private Verdict verdict(Enforcer enforcer, Grant grant) {
    byte[] packet = Frames.ipv4(TCP, Frames.tcp(40_000, 443, SYN));
    System.arraycopy(grant.client().bytes(), 0, packet, 12, 4);
    return enforcer.explain(scene.veth().near(), Frames.ipv4Frame(packet));
  }

  @Test
  void killed_atAnyPoint_holdsWhatWasDone_admitsNothingForbidden_andTheNextGoesOn()
      throws Exception {
    scene.open().close(); // the interface is protected before anybody knocks
    // Somebody without any grant knocks all the time: before, during and after each death.
    try (var forbidden = new UdpListener(scene.veth(), FORBIDDEN)) {
      Process load = scene.sendUdpUntilEnd(FORBIDDEN);
      for (int kill = 0; kill < KILLS; kill++) {
        killAndGoOn();
      }
      load.getOutputStream().close();
      int packets = Integer.parseInt(Scene.linesOf(load).readLine().strip());
      assertThat(packets).isGreaterThan(100);
      assertThat(forbidden.count()).as("admitted of %s", packets).isZero();
      assertKnocksWereCounted(packets);
    }
  }

  private void assertKnocksWereCounted(int packets) {
    try (Enforcer enforcer = scene.open()) {
      assertThat(enforcer.counters().packets(Reason.NO_GRANT)).isGreaterThanOrEqualTo(packets);
      assertThat(enforcer.counters().packets(Reason.GRANT)).isZero();
    }
  }

  private void killAndGoOn() throws Exception {
    long seed = random.nextLong();
    churnAndKill(seed);
    try (Enforcer enforcer = scene.open()) {
      Set<Integer> inForce =
          enforcer.grants().stream()
              .map(grant -> (int) grant.id().value())
              .collect(Collectors.toCollection(HashSet::new));
      assertThat(enforcer.grants()).as("seed %s", seed).hasSameSizeAs(inForce);
      Set<Integer> sure = new HashSet<>(certain);
      sure.removeAll(unsure);
      assertThat(inForce).as("seed %s", seed).containsAll(sure);
      inForce.removeAll(unsure);
      assertThat(inForce).as("seed %s", seed).isEqualTo(sure);
      verdictsAreThoseOf(enforcer);
      reconcile(enforcer);
    }
  }

  /** The program finds exactly what is read back. */
  private void verdictsAreThoseOf(Enforcer enforcer) {
    List<Grant> inForce = enforcer.grants();
    for (int id = 1; id <= Churn.IDS; id++) {
      Grant grant = Churn.grant(id);
      boolean isGranted = inForce.stream().anyMatch(each -> each.client().equals(grant.client()));
      assertThat(verdict(enforcer, grant).admitted()).as("grant %s", id).isEqualTo(isGranted);
    }
  }

  private void reconcile(Enforcer enforcer) {
    List<Grant> wanted =
        IntStream.rangeClosed(1, Churn.IDS)
            .filter(_ -> random.nextBoolean())
            .mapToObj(Churn::grant)
            .toList();
    assertThat(enforcer.replace(wanted).failures()).isEmpty();
    assertThat(enforcer.grants()).isEqualTo(wanted);
    verdictsAreThoseOf(enforcer);
    assertThat(enforcer.apply(GrantUpdate.removing(new GrantId(1))).failures()).isEmpty();
    certain.clear();
    wanted.forEach(grant -> certain.add((int) grant.id().value()));
    certain.remove(1);
    unsure.clear();
  }
}
