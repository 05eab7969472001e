package io.aegis.enforcer.xdp.internal;

import static io.aegis.enforcer.xdp.internal.Frames.SYN;
import static io.aegis.enforcer.xdp.internal.Frames.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.api.Verdict;
import io.aegis.enforcer.spi.Enforcer;
import io.aegis.enforcer.spi.GrantUpdate;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Kills a process at random points of its updates. What it has been told to be done holds, what it
 * had begun holds in parts, and whoever opens next goes on from there.
 */
@Tag("kernel")
class TableKillIT {

  private static final int KILLS = 4;

  private final String instance = "agkill" + ProcessHandle.current().pid();
  private final XdpEnforcerProvider provider = new XdpEnforcerProvider();
  private final Random random = new Random();
  private final List<Process> children = new ArrayList<>();
  private final Set<Integer> certain = new HashSet<>();
  private final Set<Integer> unsure = new HashSet<>();
  private int openBefore;
  private Veth veth;

  @BeforeEach
  void create() {
    openBefore = OwnedFd.openCount();
    veth = Veth.create();
  }

  @AfterEach
  void nothingStays() throws Exception {
    for (Process child : children) {
      child.destroyForcibly().waitFor();
    }
    provider.detach(instance);
    veth.close();
    assertThat(OwnedFd.openCount()).isEqualTo(openBefore);
  }

  /** Lets a process run through some updates and kills it in the middle of one. */
  private void churnAndKill(long seed) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Churn.class.getName(),
                instance,
                veth.near(),
                Long.toString(seed))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    children.add(process);
    var lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
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
    return enforcer.explain(veth.near(), Frames.ipv4Frame(packet));
  }

  @Test
  void killed_atAnyPoint_holdsWhatWasDone_andTheNextGoesOn() throws Exception {
    for (int kill = 0; kill < KILLS; kill++) {
      long seed = random.nextLong();
      churnAndKill(seed);
      try (Enforcer enforcer = provider.open(Settings.of(instance, veth.near()))) {
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
