package io.aegis.enforcer.xdp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.tck.Corpus;
import io.aegis.enforcer.tck.Differential;
import io.aegis.enforcer.tck.Disagreement;
import io.aegis.enforcer.tck.PacketCase;
import io.aegis.enforcer.xdp.internal.load.VerifierException;
import io.aegis.enforcer.xdp.internal.table.TableShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is proven here are the tests: for each defence of the datapath a datapath without it is
 * compiled, and the corpus of the contract kit or the frames of an ordinary differential run must
 * tell it from the reference ({@code mutants.txt}).
 */
@Tag("kernel")
class MutantIT {

  private static final int ORDINARY = 200_000;
  private static final int ROOM = 64;
  private static final long SEED = 20_261_122;

  /** Cases with the same settings one after the other: loading a program takes long. */
  private static final Map<String, List<PacketCase>> CORPUS =
      Corpus.standard().stream()
          .collect(
              Collectors.groupingBy(MutantIT::settings, LinkedHashMap::new, Collectors.toList()));

  @TempDir private static Path folder;

  private static String settings(PacketCase each) {
    var scene = each.scene();
    return scene.age()
        + " "
        + scene.mode()
        + scene.acceptRouters()
        + scene.linkControl()
        + scene.staticRules();
  }

  /** A compiler and a verifier for each processor: they are most of the time. */
  private static final ExecutorService ALL =
      Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());

  @AfterAll
  static void stop() {
    ALL.shutdownNow();
  }

  @TestFactory
  Stream<DynamicTest> everyMutant_isTold() throws IOException {
    record Tried(Mutant mutant, Future<Optional<String>> told) {}
    return Mutant.all().stream()
        .map(mutant -> new Tried(mutant, ALL.submit(() -> told(mutant))))
        .toList()
        .stream()
        .map(tried ->
            DynamicTest.dynamicTest(
                tried.mutant().toString(),
                () ->
                    assertThat(tried.told().get())
                        .as("nothing tells a datapath in which " + tried.mutant())
                        .isPresent()));
  }

  private static Optional<String> told(Mutant mutant) throws Exception {
    byte[] object = mutant.compiled(Files.createTempDirectory(folder, "mutant"));
    return told(mutant.way(), object, ORDINARY);
  }

  /** Without this, a datapath that cannot be told from the reference would count as told. */
  @ParameterizedTest
  @EnumSource
  void theDatapathItself_isNotTold(Direction way) throws Exception {
    byte[] object =
        new Mutant(way, "itself", List.of()).compiled(Files.createTempDirectory(folder, "same"));
    assertThat(told(way, object, ORDINARY / 10)).isEmpty();
  }

  /** What leaves is in cases of its own. */
  private static boolean isAbout(Direction way, PacketCase each) {
    return each.steps().stream().anyMatch(step -> step.way() == way);
  }

  /** What tells it from the reference, the verifier included. */
  private static Optional<String> told(Direction way, byte[] object, int frames) throws Exception {
    try (var programs = new Programs(way, object, ROOM, TableShape.of(ROOM))) {
      var prober = new ProgramsProber(programs, way);
      var differential =
          new Differential(prober, SEED, System::nanoTime).shrinkingFor(Duration.ZERO);
      for (List<PacketCase> cases : CORPUS.values()) {
        Optional<Disagreement> found =
            differential.compare(cases.stream().filter(each -> isAbout(way, each)).toList());
        if (found.isPresent()) {
          return found.map(Disagreement::what);
        }
      }
      return differential.compare(frames).map(Disagreement::what);
    } catch (VerifierException e) {
      return Optional.of("the verifier: " + e.getMessage());
    }
  }
}
